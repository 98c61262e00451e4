import { wait } from "./retry.ts";

/** Waits for one's turn. */
export type Pacer = (signal: AbortSignal | undefined) => Promise<void>;

/** Lets one through in each interval: the first at once, each further one when the time since the last has passed. */
export function createPacer(intervalMs: number): Pacer {
  let freeAt = 0;
  return async (signal) => {
    // Several may wake at the same moment: the first takes the turn, the others wait for the next.
    for (let now = performance.now(); now < freeAt; now = performance.now()) await wait(freeAt - now, signal);
    signal?.throwIfAborted();
    freeAt = performance.now() + intervalMs;
  };
}
