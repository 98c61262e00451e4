import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { ProgramResult } from "./run-program.ts";

/** A program that runs, until it ends or is killed. */
export interface KillableProgram {
  /** Resolves when it is gone and everything that it wrote was read. */
  readonly ended: Promise<ProgramResult>;
  /** Ends it at once, with no chance to tidy up. Does nothing to one that has ended. */
  kill(): void;
}

/** Starts a program under the Node that runs the tests. */
export function startProgram(
  file: string,
  options: {
    readonly arguments?: readonly string[];
    /** For Node itself. */
    readonly nodeArguments?: readonly string[];
    readonly env?: NodeJS.ProcessEnv;
    /** The user to run as. */
    readonly uid?: number | undefined;
    /** When it is killed, lest it outlive its test. Default 55,000. */
    readonly timeoutMs?: number | undefined;
  } = {},
): KillableProgram {
  const { nodeArguments = [], uid, timeoutMs = 55_000 } = options;
  const child = spawn(process.execPath, [...nodeArguments, file, ...(options.arguments ?? [])], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr, [exitCode]]) => ({ exitCode: exitCode as number | null, stdout, stderr }),
  );
  return { ended, kill: () => void child.kill("SIGKILL") };
}
