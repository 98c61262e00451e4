import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BodyQueue, createBodyQueue } from "./body-queue.ts";

const MiB = 1024 * 1024;
const bytes = (length: number) => new Uint8Array(length);

/** A queue, what it asked of its connection, and how long each batch was that its reader got. */
function startQueue() {
  const calls: string[] = [];
  const got: unknown[] = [];
  const call = (name: string) => () => void calls.push(name);
  const queue: BodyQueue = createBodyQueue({
    pause: call("pause"),
    resume: call("resume"),
    handOut: call("handOut"),
    takeBack: call("takeBack"),
    abort: call("abort"),
  });
  const read = async (wanted?: number): Promise<void> => {
    const batch = await queue.read(wanted).catch((error: unknown) => ({ error }));
    got.push(Array.isArray(batch) ? batch.reduce((sum, { length }) => sum + length, 0) : batch);
  };
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  return { queue, calls, got, read, pass };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("a body's queue", () => {
  it("pauses its connection once too much is unread, and lets it go on once that is read", async () => {
    const { queue, calls, got, read } = startQueue();
    for (const length of [MiB - 1, 1, 5]) queue.push(bytes(length));
    expect(calls).toEqual(["pause"]);
    await read();
    expect(calls).toEqual(["pause", "takeBack", "handOut", "resume"]);
    queue.push(bytes(7));
    await read();
    expect(calls.slice(4)).toEqual(["takeBack", "handOut"]);
    queue.push(bytes(MiB));
    expect(calls.slice(6)).toEqual(["pause"]);
    await read();
    expect(got).toEqual([MiB + 5, 7, MiB]);
  });

  it("hands out as one piece what came side by side in one memory, and nothing else", async () => {
    const memory = Uint8Array.from({ length: 100 }, (_, index) => index);
    const { queue } = startQueue();
    const came = [
      [0, 10],
      [10, 30],
      [30, 31],
      [40, 50],
      [31, 35],
    ] as const;
    for (const [from, to] of came) queue.push(memory.subarray(from, to));
    queue.push(new Uint8Array(100).subarray(35, 40));
    const batch = (await queue.read()) ?? [];
    const zeros = new Array(5).fill(0);
    const range = (from: number, to: number) => [...memory.subarray(from, to)];
    expect(batch.map((piece) => [...piece])).toEqual([range(0, 31), range(40, 50), range(31, 35), zeros]);
  });

  it("touches its connection no more once all has come: another answer may be coming over it", async () => {
    const { queue, calls, got, read } = startQueue();
    queue.push(bytes(MiB));
    queue.end();
    await read();
    await read();
    await queue.cancel();
    expect(calls).not.toContain("resume");
    expect(calls).not.toContain("abort");
    expect(got).toEqual([MiB, undefined]);
  });

  it("gives at once what is wanted, and after a moment what there is", async () => {
    const { queue, got, read, pass } = startQueue();
    for (let round = 0; round < 2; round++) {
      void read(1000);
      queue.push(bytes(10));
      queue.push(bytes(989));
      await pass(0);
      expect(got).toEqual([]);
      queue.push(bytes(1));
      queue.push(bytes(3)); // nobody waits for it
      await pass(1000);
      expect(got.splice(0)).toEqual([1000]);
      void read(1000);
      await pass(60);
      queue.push(bytes(3));
      await pass(39);
      expect(got).toEqual([]);
      await pass(1);
      expect(got.splice(0)).toEqual([6]);
      void read(1000);
      await pass(1000);
      queue.push(bytes(4));
      await pass(60);
      queue.push(bytes(4));
      await pass(40);
      expect(got.splice(0)).toEqual([8]);
    }
  });

  it("tells the next reader nothing of a wait that is over", async () => {
    const { queue, got, read, pass } = startQueue();
    void read(1000);
    for (const length of [10, 10, 980]) queue.push(bytes(length));
    queue.push(bytes(1));
    expect(vi.getTimerCount()).toBe(0);
    await read();
    void read(1000);
    await pass(1000);
    expect(got).toEqual([1000, 1]);
    queue.end();
    await pass(0);
    expect(got).toEqual([1000, 1, undefined]);
  });

  it("never waits for more than may be unread", async () => {
    const { queue, got, read, pass } = startQueue();
    void read(10 * MiB);
    queue.push(bytes(MiB / 2));
    await pass(0);
    void read(10 * MiB);
    await pass(0);
    expect(got).toEqual([MiB / 2]);
    queue.end();
    await pass(0);
    expect(got).toEqual([MiB / 2, undefined]);
  });

  it.each([["" as unknown], [undefined], [new Error("broken")]])(
    "[HTTP-14] tells of a break, by %j for one, after what came before it, and of no end after it",
    async (error) => {
      const { queue, got, read } = startQueue();
      queue.push(bytes(3));
      queue.fail(error);
      queue.end();
      for (let count = 0; count < 3; count++) await read(1000);
      expect(got).toEqual([3, { error }, { error }]);
    },
  );

  it("tells a reader that waits of the end, or of a break", async () => {
    const ended = startQueue();
    void ended.read();
    ended.queue.end();
    const broken = startQueue();
    void broken.read(9);
    broken.queue.fail("broken");
    await vi.advanceTimersByTimeAsync(0);
    expect([ended.got, broken.got]).toEqual([[undefined], [{ error: "broken" }]]);
  });
});

describe("a body that is cancelled", () => {
  it("[HTTP-14] never looks like one that has ended, however late its connection closes", async () => {
    const { queue, calls, got, read, pass } = startQueue();
    queue.push(bytes(10));
    void read(1000);
    let cancelled = 0;
    for (let times = 0; times < 2; times++) void queue.cancel().then(() => cancelled++);
    expect(calls).toContain("abort");
    await pass(1000);
    expect([got, cancelled]).toEqual([[], 0]);
    queue.fail("closed");
    await read();
    await pass(0);
    expect([got, cancelled]).toEqual([[{ error: "closed" }, { error: "closed" }], 2]);
  });
});
