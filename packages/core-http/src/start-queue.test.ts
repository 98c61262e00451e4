import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { createStartQueue, type TaskStatus } from "./index.ts";

const busy = new Error("busy");
const isBusy = (error: unknown): boolean => error === busy;

/** A service that has room for one, which it needs for some milliseconds. */
function oneAtATime(ms: number) {
  const order: number[] = [];
  let freeAt = 0;
  let refusals = 0;
  const start = async (index: number): Promise<number> => {
    if (performance.now() < freeAt) {
      refusals++;
      throw busy;
    }
    freeAt = performance.now() + ms;
    order.push(index);
    return index;
  };
  return { order, start, refusals: () => refusals };
}

it("[HTTP-101] starts wait for room, first come, first served, and none is lost", async () => {
  const { order, start, refusals } = oneAtATime(15);
  const queue = createStartQueue();
  const options = { isBusy, pollIntervalMs: 4 };
  const all = Array.from({ length: 10 }, (_, index) => queue(() => start(index), options));
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(refusals()).toBeGreaterThan(0);
});

it("[HTTP-101] who gives up lets the others go on, and leaves nothing behind", async () => {
  const { order, start } = oneAtATime(30);
  const queue = createStartQueue();
  const gaveUp = new AbortController();
  const first = queue(() => start(0), { isBusy, pollIntervalMs: 3 });
  const second = queue(() => start(1), { isBusy, pollIntervalMs: 3 });
  const leaving = queue(() => start(2), { isBusy, pollIntervalMs: 3, signal: gaveUp.signal });
  const last = queue(() => start(3), { isBusy, pollIntervalMs: 3 });
  gaveUp.abort(new Error("no longer"));
  await expect(leaving).rejects.toThrow("no longer");
  await Promise.all([first, second, last]);
  expect(order).toEqual([0, 1, 3]);
  expect(getEventListeners(gaveUp.signal, "abort")).toEqual([]);
});

it("[HTTP-101] at the limit the refusal is told, to who was never at the head of the queue, too", async () => {
  const told: TaskStatus[] = [];
  const queue = createStartQueue();
  const refused = async (): Promise<string> => {
    throw busy;
  };
  const onStatus = (status: TaskStatus): number => told.push(status);
  const options = { isBusy, pollIntervalMs: 5, timeoutMs: 60, onStatus };
  const head = queue(refused, options);
  const behind = queue(refused, { ...options, timeoutMs: 20 });
  await expect(behind).rejects.toBe(busy);
  await expect(head).rejects.toBe(busy);
  expect(told[0]).toMatchObject({ taskId: "", status: "waiting for its turn" });
  expect(told.at(-1)).toMatchObject({ taskId: "", status: "busy with another task" });
  expect(told.at(-1)?.elapsedMs).toBeLessThan(1000);
});

it("[HTTP-101] another failure ends the wait at once", async () => {
  const queue = createStartQueue();
  let attempts = 0;
  const fails = async (): Promise<never> => {
    attempts++;
    throw new Error("not allowed");
  };
  await expect(queue(fails, { isBusy, pollIntervalMs: 1 })).rejects.toThrow("not allowed");
  expect(attempts).toBe(1);
  expect(await queue(async () => "next", { isBusy })).toBe("next");
});

it("[HTTP-101] who is alone waits for no turn, also after others have been, and leaves no timer", async () => {
  const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout");
  const told: string[] = [];
  const queue = createStartQueue();
  const options = { isBusy, onStatus: ({ status }: TaskStatus) => told.push(status) };
  await queue(async () => "first", options);
  await queue(async () => "second", options);
  expect(told).toEqual([]);
  await new Promise(setImmediate);
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout")).toEqual(timers);
});

it("[HTTP-101] who gives up need not wait for its turn, nor is told of what its attempt ended with", async () => {
  const queue = createStartQueue();
  let end!: () => void;
  const head = queue(() => new Promise<void>((resolve) => (end = resolve)), { isBusy });
  const leaving = new AbortController();
  const behind = queue(async () => "never", { isBusy, signal: leaving.signal });
  leaving.abort("no longer");
  await expect(behind).rejects.toBe("no longer");
  end();
  await head;
  const ending = new AbortController();
  const fails = (): Promise<never> => {
    ending.abort("enough");
    return Promise.reject(new Error("cut"));
  };
  await expect(queue(fails, { isBusy, signal: ending.signal })).rejects.toBe("enough");
});
