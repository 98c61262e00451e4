import { wait } from "./retry.ts";

/** Holds a transfer to a rate. */
export interface Pace {
  /** Waits until `bytes` more fit into the rate. */
  spend(bytes: number, signal: AbortSignal | undefined): Promise<void>;
}

/** A {@link Pace} of so many bytes in a second, measured over the whole transfer; without a limit it never waits. */
export function createPace(bytesPerSecond: number | undefined): Pace {
  if (bytesPerSecond === undefined) return { spend: async () => {} };
  let readyAt = performance.now();
  return {
    async spend(bytes, signal) {
      const now = performance.now();
      // Time that went by unused is not saved up: a stall must not be followed by a flood.
      readyAt = Math.max(readyAt, now - 100) + (bytes * 1000) / bytesPerSecond;
      if (readyAt > now) await wait(readyAt - now, signal);
    },
  };
}
