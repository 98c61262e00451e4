import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BodyQueue, createBodyQueue } from "./body-queue.ts";

const bytes = (length: number) => new Uint8Array(length);

function startQueue(): { queue: BodyQueue; calls: string[] } {
  const calls: string[] = [];
  const call = (name: string) => () => void calls.push(name);
  const queue = createBodyQueue({
    pause: call("pause"),
    resume: call("resume"),
    handOut: call("handOut"),
    takeBack: call("takeBack"),
    abort: call("abort"),
  });
  return { queue, calls };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a body that is cancelled", () => {
  it("[HTTP-14] never looks like one that has ended, however late its connection closes", async () => {
    const { queue, calls } = startQueue();
    queue.push(bytes(10));
    const outcome = queue.read(1000).then(
      () => "ended",
      (error: Error) => error.message,
    );
    const cancelled = queue.cancel();
    expect(calls).toContain("abort");
    await vi.advanceTimersByTimeAsync(1000);
    queue.fail(new Error("closed"));
    await cancelled;
    expect(await outcome).toBe("closed");
    expect(vi.getTimerCount()).toBe(0);
  });
});
