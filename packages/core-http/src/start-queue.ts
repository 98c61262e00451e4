import { wait } from "./retry.ts";
import type { WaitOptions } from "./wait-for-task.ts";

/** How to wait for one's turn: as {@link WaitOptions} say, and for how long the service has no room. */
export interface StartQueueOptions extends WaitOptions {
  /** Whether an attempt that ended so was refused for a task that runs. Anything else ends the wait. */
  isBusy(error: unknown): boolean | Promise<boolean>;
}

/** Starts tasks of a service that allows few at a time. */
export type StartQueue = <Result>(
  attempt: () => Promise<Result>,
  options: StartQueueOptions,
) => Promise<Result>;

const growth = 1.5;
const maxIntervalMs = 10_000;

/**
 * Callers of one queue take turns, first come, first served. Whose turn it is asks again and again until the service has
 * room, for programs elsewhere are in no queue of ours. After `timeoutMs` the last refusal is thrown as it came; a caller
 * whose turn did not come by then asks once.
 */
export function createStartQueue(): StartQueue {
  let last: Promise<unknown> = Promise.resolve();
  let callers = 0;

  return async (attempt, { isBusy, signal, timeoutMs = 3_600_000, pollIntervalMs = 2_000, onStatus }) => {
    const startedAt = performance.now();
    const elapsed = (): number => Math.round(performance.now() - startedAt);
    const report = (status: string): void => onStatus?.({ taskId: "", status, elapsedMs: elapsed() });
    const before = last;
    let leave!: () => void;
    // Behind both: who gives up while waiting must not let the next one past those before.
    last = Promise.all([before, new Promise<void>((resolve) => (leave = resolve))]);
    try {
      if (callers++ > 0) report("waiting for its turn");
      await settled(before, timeoutMs, signal);
      const longestMs = Math.max(maxIntervalMs, pollIntervalMs);
      for (let intervalMs = pollIntervalMs; ; intervalMs = Math.min(intervalMs * growth, longestMs)) {
        try {
          return await attempt();
        } catch (error) {
          signal?.throwIfAborted();
          if (elapsed() >= timeoutMs || !(await isBusy(error))) throw error;
        }
        report("busy with another task");
        // Far from even, lest programs that began together ask together for ever.
        const delayMs = intervalMs * (0.5 + Math.random());
        await wait(Math.max(0, Math.min(delayMs, timeoutMs - elapsed())), signal);
      }
    } finally {
      callers--;
      leave();
    }
  };
}

/** Waits for a promise that never rejects, but no longer than so. */
async function settled(
  promise: Promise<unknown>,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ended = new AbortController();
  const limit = wait(limitMs, signal ? AbortSignal.any([signal, ended.signal]) : ended.signal);
  // Ended by us or by the caller: told apart below.
  await Promise.race([promise, limit.catch(() => undefined)]);
  ended.abort();
  signal?.throwIfAborted();
}
