import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { onTestFinished } from "vitest";

/** A program of another maker, and how it is started. */
export interface DaemonOptions {
  readonly command: string;
  /** What installs it, for the error where it is missing. */
  readonly installedBy: string;
  readonly arguments: readonly string[];
  /** The port on which it answers once it is ready. */
  readonly port: number;
}

/** A program that runs until the test that started it is over. */
export interface Daemon {
  readonly pid: number;
}

const readyWithinMs = 15_000;
const endWithinMs = 5_000;

/**
 * Starts a program that stays in the foreground, and waits until it answers on its port.
 *
 * @throws Error when it is not installed, ends at once, or does not answer in time
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { command } = options;
  const child = spawn(command, options.arguments, {
    stdio: ["ignore", "pipe", "pipe"],
    // Debian keeps servers in a folder that only root looks into.
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk;
    });
  const failure = new Promise<never>((_, reject) => {
    child.once("error", () =>
      reject(new Error(`${command} is needed and not installed: ${options.installedBy}`)),
    );
    child.once("exit", (code) =>
      reject(new Error(`${command} ended with ${code} (is it all there? ${options.installedBy}): ${output}`)),
    );
  });
  failure.catch(() => {}); // once it is ready, its end is what the end of the test asks for
  endWithThisTest(child);
  const ready = new AbortController();
  try {
    await Promise.race([answers(options, ready.signal), failure]);
  } finally {
    ready.abort();
  }
  return { pid: child.pid ?? 0 };
}

/** Resolves once a connection to the port is taken. */
async function answers({ command, port }: DaemonOptions, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (!signal.aborted) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    if (performance.now() > deadline) throw new Error(`${command} does not answer on port ${port}.`);
    await wait(20);
  }
}

/** Ends the program with the test, and in any case with this process. */
function endWithThisTest(child: ChildProcess): void {
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  onTestFinished(async () => {
    process.off("exit", kill);
    const isRunning = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    if (!isRunning) return;
    const gone = once(child, "exit");
    const timer = setTimeout(kill, endWithinMs);
    child.kill("SIGTERM");
    await gone;
    clearTimeout(timer);
  });
}
