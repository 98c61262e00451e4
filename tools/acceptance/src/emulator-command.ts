import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { linesOf } from "./cloudhaul-command.ts";

/** A download that the emulator's command names. */
export interface DemoDownload {
  /** The words behind `cloudhaul`. */
  readonly words: readonly string[];
  readonly sha256: readonly string[];
}

/** `cloudhaul emulator` in a process of its own. */
export interface EmulatorCommand {
  /** What other processes need to find it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly downloads: readonly DemoDownload[];
  /** Interrupts it, as Ctrl-C does; resolves with its exit code. */
  end(): Promise<number | null>;
}

/** Starts `cloudhaul emulator --demo`, and waits until it has told its downloads, of which it has five. */
export async function startEmulatorCommand(
  command: readonly [program: string, ...rest: string[]],
  cwd?: string,
): Promise<EmulatorCommand> {
  const [program, ...rest] = command;
  const child = spawn(program, [...rest, "emulator", "--demo", "--json"], {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 55_000,
    killSignal: "SIGKILL",
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) if (lines.push(line) === 6) break;
  const [about, ...downloads] = linesOf(lines.join("\n"));
  return {
    environment: about?.environment as NodeJS.ProcessEnv,
    downloads: downloads.map(({ command: line, files }) => ({
      words: String(line).split(" ").slice(1),
      sha256: (files as { readonly sha256: string }[]).map(({ sha256 }) => sha256),
    })),
    async end() {
      const closed = once(child, "close");
      child.kill("SIGINT");
      const [exitCode] = (await closed) as [number | null];
      return exitCode;
    },
  };
}
