import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { createSharedCall } from "./shared-call.ts";

/** A call that is ended by its test. */
function pendingCalls() {
  const started: { signal: AbortSignal; resolve(value: string): void; reject(error: Error): void }[] = [];
  const call = createSharedCall(
    (_: string, signal) =>
      new Promise<string>((resolve, reject) => void started.push({ signal, resolve, reject })),
  );
  return { started, call };
}

it("[HTTP-93] one call serves all who ask while it runs, and the next who asks has another", async () => {
  const { started, call } = pendingCalls();
  const { signal } = new AbortController();
  const both = Promise.all([call("a", undefined), call("b", signal)]);
  expect(started).toHaveLength(1);
  started[0]?.resolve("first");
  expect(await both).toEqual(["first", "first"]);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  expect(started[0]?.signal.aborted).toBe(false);
  const next = call("c", undefined);
  started[1]?.resolve("second");
  expect(await next).toBe("second");
});

it("[HTTP-93] a call that failed is not remembered", async () => {
  const { started, call } = pendingCalls();
  const failed = call("a", undefined);
  started[0]?.reject(new Error("broken"));
  await expect(failed).rejects.toThrow("broken");
  const next = call("a", undefined);
  started[1]?.resolve("mended");
  expect(await next).toBe("mended");
});

it("[HTTP-15] who gives up leaves it running for the others, and the last to leave ends it for good", async () => {
  const { started, call } = pendingCalls();
  const [one, other] = [new AbortController(), new AbortController()];
  const first = call("a", one.signal);
  const second = call("a", other.signal);
  one.abort("one leaves");
  await expect(first).rejects.toBe("one leaves");
  expect(started[0]?.signal.aborted).toBe(false);
  other.abort("the other leaves");
  await expect(second).rejects.toBe("the other leaves");
  expect(started[0]?.signal.aborted).toBe(true);
  // It has not ended yet, and is not joined any more.
  const next = call("a", undefined);
  expect(started).toHaveLength(2);
  started[0]?.reject(new Error("ended"));
  await new Promise(setImmediate);
  const joined = call("a", undefined);
  expect(started).toHaveLength(2);
  started[1]?.resolve("anew");
  expect(await Promise.all([next, joined])).toEqual(["anew", "anew"]);
  for (const { signal } of [one, other]) expect(getEventListeners(signal, "abort")).toEqual([]);
});

it("[HTTP-15] nothing is started for who has given up, and what was started meanwhile is ended", async () => {
  const { started, call } = pendingCalls();
  await expect(call("a", AbortSignal.abort("before"))).rejects.toBe("before");
  expect(started).toHaveLength(0);
  const ending = new AbortController();
  let given: AbortSignal | undefined;
  const ends = createSharedCall((_: undefined, signal) => {
    given = signal;
    ending.abort("while it starts");
    return new Promise<never>(() => {});
  });
  await expect(ends(undefined, ending.signal)).rejects.toBe("while it starts");
  expect(given?.aborted).toBe(true);
});
