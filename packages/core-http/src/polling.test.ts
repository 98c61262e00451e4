import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  createLogger,
  createStartQueue,
  ExportFailedError,
  type TaskVerdict,
  TimeoutError,
  waitForTask,
} from "./index.ts";

/** Time that passes by waiting alone. */
const clock = vi.hoisted(() => ({ now: 0, delays: [] as number[] }));
vi.mock("./retry.ts", async (original) => ({
  ...(await original<typeof import("./retry.ts")>()),
  async wait(delayMs: number, signal: AbortSignal | undefined) {
    // Of these callers none has a signal: a wait that has one is the queue's own, for a turn that comes at once.
    if (signal) await new Promise((_, reject) => signal.addEventListener("abort", reject));
    clock.delays.push(delayMs);
    clock.now += delayMs;
  },
}));

beforeEach(() => {
  Object.assign(clock, { now: 0, delays: [] });
  vi.spyOn(performance, "now").mockImplementation(() => clock.now);
  vi.spyOn(Math, "random").mockReturnValue(0.5); // in the middle of the spread
});
afterEach(() => vi.restoreAllMocks());

const running: TaskVerdict = { state: "running", status: "Processing" };

/** How a wait ends for a task that answers so for ever, and when it was asked. */
async function waitFor(
  answer: TaskVerdict | undefined,
  options: { pollIntervalMs?: number; timeoutMs?: number },
) {
  const askedAt: number[] = [];
  const ask = async () => {
    askedAt.push(clock.now);
    return answer;
  };
  const task = {
    taskId: "t-1",
    logger: createLogger(undefined),
    ask,
    judge: (verdict: TaskVerdict) => verdict,
  };
  const error = await waitForTask(task, options).catch((reason: unknown) => reason);
  return { error, askedAt };
}

it("[HTTP-98] asks at intervals that grow to 30 seconds, a last time at the limit", async () => {
  const { error, askedAt } = await waitFor(running, { timeoutMs: 100_000 });
  expect(TimeoutError.isInstance(error)).toBe(true);
  expect(clock.delays.map(Math.round)).toEqual([
    2000, 3000, 4500, 6750, 10_125, 15_188, 22_781, 30_000, 5656,
  ]);
  expect(Math.round(askedAt.at(-1) ?? 0)).toBe(100_000);
});

it("[HTTP-98] asks no more often than it is told to, also where that is seldom", async () => {
  await waitFor(running, { pollIntervalMs: 60_000, timeoutMs: 200_000 });
  expect(clock.delays).toEqual([60_000, 60_000, 60_000, 20_000]);
});

it("[HTTP-98] waits an hour unless told otherwise", async () => {
  const { error, askedAt } = await waitFor(running, {});
  expect(error).toMatchObject({ timeoutMs: 3_600_000 });
  expect(Math.round(askedAt.at(-1) ?? 0)).toBe(3_600_000);
});

it("[HTTP-98] gives a task that the service does not know a minute to become known", async () => {
  const { error, askedAt } = await waitFor(undefined, { pollIntervalMs: 20_000 });
  expect(ExportFailedError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ taskId: "t-1", message: expect.stringContaining("does not know the task") });
  expect(askedAt).toEqual([0, 20_000, 50_000, 80_000]);
});

const busy = new Error("busy");
it.each([
  [undefined, [2000, 3000, 4500, 6750, 10_000, 10_000, 3750]],
  [15_000, [15_000, 15_000, 10_000]],
])(
  "[HTTP-101] room is asked for at intervals that grow to 10 seconds, from %s",
  async (pollIntervalMs, delays) => {
    const refused = (): Promise<never> => Promise.reject(busy);
    const options = { isBusy: (error: unknown) => error === busy, timeoutMs: 40_000, pollIntervalMs };
    await expect(createStartQueue()(refused, options)).rejects.toBe(busy);
    expect(clock.delays.map(Math.round)).toEqual(delays);
  },
);

it("[HTTP-101] nobody waits for less than no time where it takes long to tell a refusal", async () => {
  const isBusy = async (): Promise<boolean> => {
    clock.now += 30_000;
    return true;
  };
  const refused = (): Promise<never> => Promise.reject(busy);
  await expect(createStartQueue()(refused, { isBusy, timeoutMs: 20_000 })).rejects.toBe(busy);
  expect(clock.delays).toEqual([0]);
});
