import { describe, expect, it, vi } from "vitest";
import { checkLength, readInTime, splitAt } from "./body-reading.ts";
import type { ResponseBody } from "./transport.ts";

type Batch = readonly Uint8Array[] | undefined;

/** A body that says nothing until it is cancelled, and then this. */
function silentBody(atCancel: () => Promise<Batch>): ResponseBody {
  let cancelled = (_: Promise<Batch>): void => {};
  const result = new Promise<Batch>((resolve) => {
    cancelled = resolve;
  });
  return { read: () => result, cancel: async () => cancelled(atCancel()) };
}

describe("[HTTP-18] a body that stalls", () => {
  it.each([
    ["ends", async () => undefined],
    ["fails", () => Promise.reject(new Error("cancelled"))],
  ])("is cancelled, and told as such, though it then %s", async (_, atCancel) => {
    await expect(readInTime(silentBody(atCancel), 1, 20, 7)).rejects.toMatchObject({
      code: "TIMEOUT_BODY",
      timeoutMs: 20,
      message: expect.stringContaining("after 7."),
    });
  });

  it("is no body that was read or failed in time: no timer is left", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const broken = new Error("broken");
    const read = vi.fn(async () => [Buffer.from("x")]).mockRejectedValueOnce(broken);
    const body = { read, cancel: async () => {} };
    await expect(readInTime(body, 1, 20, 0)).rejects.toBe(broken);
    expect(await readInTime(body, 1, 20, 0)).toEqual([Buffer.from("x")]);
    expect(await readInTime(undefined, 1, 20, 0)).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});

it.each([
  [-1, [], ["ab", "cd"]],
  [0, [], ["ab", "cd"]],
  [1, ["a"], ["b", "cd"]],
  [2, ["ab"], ["cd"]],
  [3, ["ab", "c"], ["d"]],
  [4, ["ab", "cd"], []],
  [5, ["ab", "cd"], []],
])("what fits into %i bytes is told from what lies behind", (bytes, fits, behind) => {
  const parts = splitAt([Buffer.from("ab"), Buffer.from("cd")], bytes);
  expect(parts.map((part) => part.map(String))).toEqual([fits, behind]);
});

describe("[HTTP-10] the length of a body", () => {
  it.each([
    [undefined, 3, true],
    [3, 3, true],
    [3, 3, false],
    [3, 2, false],
  ])("of %s is right at %i, ended: %s", (total, held, ended) => {
    expect(() => checkLength(total, held, ended, "It")).not.toThrow();
  });

  it.each([
    [3, 2, true, "CONNECTION_LOST"],
    [3, 4, false, "INTEGRITY_LENGTH"],
    [3, 4, true, "INTEGRITY_LENGTH"],
  ])("of %i is wrong at %i, ended: %s: %s", (total, held, ended, code) => {
    expect(() => checkLength(total, held, ended, "It")).toThrow(expect.objectContaining({ code }));
  });
});
