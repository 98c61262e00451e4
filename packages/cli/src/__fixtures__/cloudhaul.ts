import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** The command as it is published: run `npm run build` first. */
export const mainFile: string = fileURLToPath(new URL("../../bin/cloudhaul.js", import.meta.url));

/** How a run ended, and what it said. */
export interface RunResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run, until it ends. */
export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<RunResult>;
}

/** What a test may change of a run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly nodeOptions?: readonly string[];
  /** Leaves what comes on stdout to the test. */
  readonly stdoutUnread?: boolean;
}

/** Nothing of the account of whoever runs the tests. */
const bareEnvironment: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: "/nonexistent", TZ: "UTC" };

/** Starts the command in a process of its own. */
export function start(words: readonly string[], options: RunOptions = {}): Run {
  const { cwd, env, input, nodeOptions = [], stdoutUnread = false } = options;
  const child = spawn(process.execPath, [...nodeOptions, mainFile, ...words], {
    cwd,
    env: { ...bareEnvironment, ...env },
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  child.stdin.on("error", () => {}); // it may end without reading
  child.stdin.end(input ?? "");
  const stdoutText = stdoutUnread ? "" : text(child.stdout);
  const ended = Promise.all([stdoutText, text(child.stderr), once(child, "close")]).then(
    ([stdout, stderr, [exitCode]]) => ({ exitCode: exitCode as number | null, stdout, stderr }),
  );
  return { child, ended };
}

/** Runs it to its end. */
export async function cloudhaul(words: readonly string[], options?: RunOptions): Promise<RunResult> {
  return start(words, options).ended;
}

/** The lines of JSON in a text. */
export function jsonLines(output: string): Record<string, unknown>[] {
  return output
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
