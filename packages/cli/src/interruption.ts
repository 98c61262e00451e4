import { FileSystemError } from "@cloudhaul/core-http";

/** The user ended it, by Ctrl-C or by a signal. */
export class Interrupted extends Error {
  override readonly name: string = "Interrupted";
}

/** Whoever read stdout went away. */
export class ReaderGone extends Error {
  override readonly name: string = "ReaderGone";
}

/** What can end a command from outside. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Takes no more notice. */
  stop(): void;
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** Listens for signals, and for the end of whoever reads stdout. The second signal ends the process at once. */
export function watchInterruption(program: NodeJS.Process): Interruption {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) program.exit(130);
    controller.abort(new Interrupted("interrupted"));
  };
  const onFailure = ({ code, message }: NodeJS.ErrnoException): void => {
    const kind = code === "ENOSPC" ? "DISK_FULL" : "FILE_SYSTEM";
    const text = `stdout cannot be written: ${message}`;
    controller.abort(code === "EPIPE" ? new ReaderGone(text) : new FileSystemError(kind, "stdout", text));
  };
  for (const name of signals) program.on(name, onSignal);
  program.stdout.on("error", onFailure);
  return {
    signal: controller.signal,
    stop() {
      for (const name of signals) program.off(name, onSignal);
    },
  };
}
