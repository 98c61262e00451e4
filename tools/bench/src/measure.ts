import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

/** What one run of a program took, from its start to its end, its children included. */
export interface Figures {
  readonly wallSeconds: number;
  /** In user and system mode, on all cores. */
  readonly cpuSeconds: number;
  /** The most memory that one of its processes held. */
  readonly rssMiB: number;
}

/** Where a program runs. */
export interface MeasureOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** A file of ours, for what is measured. */
  readonly report: string;
  readonly timeoutMs: number;
}

/**
 * bash tells times to the millisecond; GNU time tells the memory, which for a child of this large process would be this
 * one's own at least: Linux counts what a process held before it became the program.
 */
const script = `
  TIMEFORMAT='%3R %3U %3S'
  exec 3>&2
  { time /usr/bin/time -f %M -o "$0.rss" "$@" 2>&3; } 2>"$0"`;

/**
 * Runs a program to its end.
 *
 * @throws Error when it fails, with the line that says why, or does not end in time
 */
export async function measure(command: readonly string[], options: MeasureOptions): Promise<Figures> {
  const { cwd, env, report, timeoutMs } = options;
  const child = spawn("bash", ["-c", script, report, ...command], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true, // a group of its own, so that it can be ended with its children
  });
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  const timer = setTimeout(kill, timeoutMs);
  process.prependOnceListener("exit", kill);
  try {
    const [said, [exitCode, signal]] = await Promise.all([
      text(child.stderr),
      once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
    ]);
    if (signal) throw new Error(`was ended after ${timeoutMs / 1000} s`);
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${tellingLine(said)}`);
  } finally {
    clearTimeout(timer);
    process.off("exit", kill);
  }
  return readFigures(await readFile(report, "utf8"), await readFile(`${report}.rss`, "utf8"));
}

/** Node says first where an error is from, and in the end its own version; others say one line. */
export function tellingLine(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => /^\w*error\b/i.test(line)) ?? lines.at(-1) ?? "it said nothing").trim();
}

/** @throws Error when they are not what bash and GNU time write */
export function readFigures(times: string, kibibytes: string): Figures {
  const [wallSeconds, user, system] = times.trim().split(" ").map(Number);
  const rssMiB = Number(kibibytes.trim()) / 1024;
  const cpuSeconds = (user ?? Number.NaN) + (system ?? Number.NaN);
  if (!wallSeconds || Number.isNaN(cpuSeconds) || !rssMiB)
    throw new Error(`These are no times: ${JSON.stringify([times, kibibytes])}`);
  return { wallSeconds, cpuSeconds, rssMiB };
}
