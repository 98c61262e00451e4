import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** How a program ended, and what it said. */
export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program under the Node that runs the tests, and waits for its end. */
export async function runProgram(
  file: string,
  options: {
    readonly arguments?: readonly string[];
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** Runs it as this user, which only root may ask for. */
    readonly user?: { readonly uid: number; readonly gid: number };
  } = {},
): Promise<ProgramResult> {
  const child = spawn(process.execPath, [file, ...(options.arguments ?? [])], {
    cwd: options.cwd,
    // What runs the tests may ask for colours; a program whose words are compared has none.
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1", ...options.env },
    ...options.user,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 50_000,
  });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { exitCode, stdout, stderr };
}
