import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Consumer } from "./consumer.ts";

/** An emulator in a process of its own, as a user has it: installed from the registry. */
export interface Cloud {
  /** By which the SDKs and the consumers' programs find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** SHA-256 of everything that can be downloaded. */
  readonly digests: readonly string[];
  /** Ends the process, and resolves when it is gone. */
  close(): Promise<void>;
}

/** Starts it in a project in which `@cloudhaul/emulator` is installed; `archiveIds` are given out once each. */
export async function startCloud(
  { directory, shell }: Consumer,
  archiveIds: readonly string[],
): Promise<Cloud> {
  const program = path.join(directory, "cloud.mjs");
  copyFileSync(path.join(import.meta.dirname, "../consumer/emulator.mjs"), program);
  const child = spawn(shell.node, [program, ...archiveIds], {
    cwd: directory,
    env: shell.env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const tooEarly = ended.then(() => Promise.reject(new Error("The emulator ended before it listened.")));
  // Heard only if it comes first.
  tooEarly.catch(() => undefined);
  const [line] = (await Promise.race([once(lines, "line"), tooEarly])) as [string];
  return {
    ...(JSON.parse(line) as Pick<Cloud, "environment" | "digests">),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
