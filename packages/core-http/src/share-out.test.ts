import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { noChecks } from "./checks.ts";
import { IntegrityError } from "./download-errors.ts";
import { TransportError } from "./errors.ts";
import { createLogger } from "./index.ts";
import { openJournal } from "./journal.ts";
import { openPartialFile, type PartialFile } from "./partial-file.ts";
import { type RetryOptions, retryPolicy } from "./retry.ts";
import { type SharedOutcome, shareOut } from "./share-out.ts";
import type { SharedTransfer } from "./transfer.ts";

const mebibyte = 1024 * 1024;
const piece = Buffer.alloc(1000, "a");
const cut = new TransportError("CONNECTION_LOST", "body", "cut");

beforeEach(() => vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] }));
afterEach(() => vi.useRealTimers());

/** A first connection that brings nothing by itself, and tells what is asked of it. */
function createFirst(total: number) {
  const asked: number[] = [];
  const fails: ((error: unknown) => void)[] = [];
  const state = {
    held: 0,
    isSplit: true,
    end: undefined as ((reached: number) => number) | undefined,
    /** Parts are brought once this is. */
    bringing: undefined as Promise<void> | undefined,
    isFinished: false,
    isCounting: false,
    cancelled: 0,
  };
  /** Makes parts be brought by what this gives, for the first of them, the second and so on. */
  function bringBy(answers: (count: number) => Error | number): void {
    first.part = async (start, end) => {
      const answer = answers(asked.push(start));
      if (answer instanceof Error) throw answer;
      const batches = [[Buffer.alloc(Math.min(answer, end() - start))]];
      return {
        read: async () => {
          const batch = batches.shift();
          if (!batch && answer !== Number.POSITIVE_INFINITY) throw cut;
          return batch;
        },
        cancel: async () => {
          state.cancelled++;
        },
      };
    };
  }
  const halted = new TransportError("CONNECTION_LOST", "body", "halted");
  let isHalted = false;
  let failRead = (_: unknown): void => {};
  let endRead = (): void => {};
  const first = {
    validators: () => ({ totalBytes: total }),
    heldBytes: () => state.held,
    canSplit: () => state.isSplit,
    isFinished: () => state.isFinished,
    finish(bytes: number) {
      expect(bytes).toBe(total);
      state.isFinished = true;
    },
    endAt(end: typeof state.end) {
      state.end = end;
    },
    read: () =>
      new Promise<undefined>((resolve, reject) => {
        failRead = reject;
        endRead = () => resolve(undefined);
        if (isHalted) reject(halted);
      }),
    async halt() {
      isHalted = true;
      failRead(halted);
    },
    async part(
      start: number,
      end: () => number,
      signal: AbortSignal,
    ): Promise<{ read(): Promise<Buffer[] | undefined>; cancel(): Promise<void> }> {
      asked.push(start);
      if (state.bringing) {
        await state.bringing;
        const batches = [[Buffer.alloc(end() - start)]];
        return { read: async () => batches.shift(), cancel: async () => {} };
      }
      return new Promise<never>((_, reject) => {
        fails.push(reject);
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
  };
  const whole = first as unknown as SharedTransfer;
  return {
    first: whole,
    asked,
    fails,
    state,
    bringBy,
    failRead: (error: unknown) => failRead(error),
    endRead: () => endRead(),
  };
}

/** Shares out what `first` brings alone, with what is there already. */
async function share(
  given: ReturnType<typeof createFirst>,
  connections: number,
  run: (outcome: Promise<SharedOutcome>, partial: PartialFile) => Promise<void>,
  prepare: (partial: PartialFile, abort: AbortController) => Promise<void> = async () => {},
  retry: RetryOptions = { baseDelayMs: 1 },
): Promise<void> {
  await using folder = await makeTemporaryFolder();
  const journal = await openJournal(folder.file("journal"), { source: "link://h/a", stage: "transfer" });
  const partial = await openPartialFile(folder.file("part"), journal, false, undefined);
  const abort = new AbortController();
  try {
    await prepare(partial, abort);
    const outcome = shareOut(given.first, partial, {
      connections,
      checks: noChecks,
      progress: {
        report: () => {},
        countBy: (count) => {
          given.state.isCounting = count !== undefined;
        },
      },
      retry: retryPolicy(retry),
      logger: createLogger(undefined),
      signal: abort.signal,
      beforeWrite: async () => {},
    });
    outcome.catch(() => {});
    await run(outcome, partial);
    abort.abort("over");
    await outcome.catch(() => {});
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(abort.signal, "abort")).toEqual([]);
  } finally {
    await partial.close();
    await journal.close();
  }
}

const settle = (): Promise<void> => new Promise(setImmediate);

function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe("[HTTP-120] a first connection", () => {
  it("is left alone while it is fast, and not once it has become slow", async () => {
    const given = createFirst(8192 * mebibyte);
    await share(given, 3, async () => {
      for (let count = 0; count < 150; count++) {
        given.state.held += 2 * mebibyte; // 200 MiB/s
        await vi.advanceTimersByTimeAsync(10);
      }
      expect(given.asked).toEqual([]);
      for (let count = 0; count < 150; count++) await vi.advanceTimersByTimeAsync(10);
      expect(given.asked).toHaveLength(2);
    });
  });

  it("that begins anew is measured anew", async () => {
    const given = createFirst(8192 * mebibyte);
    await share(given, 3, async () => {
      const bring = async (): Promise<void> => {
        given.state.held += 2 * mebibyte;
        await vi.advanceTimersByTimeAsync(10);
      };
      for (let count = 0; count < 105; count++) await bring();
      given.state.held = 0;
      given.state.isSplit = false;
      await vi.advanceTimersByTimeAsync(10);
      given.state.isSplit = true;
      for (let count = 0; count < 20; count++) await bring();
      expect(given.asked).toEqual([]);
    });
  });

  it("is left alone with less than two parts", async () => {
    const given = createFirst(20 * mebibyte);
    await share(given, 3, async () => {
      given.state.held = 20 * mebibyte - 14 * mebibyte + 1;
      await vi.advanceTimersByTimeAsync(100);
      expect(given.asked).toEqual([]);
      given.state.held--;
      given.state.held--;
      await vi.advanceTimersByTimeAsync(100);
      expect(given.asked).toHaveLength(2);
    });
  });

  it("goes on with what it has read and not yet written, and gives the rest away in parts of 4 to 8 MiB", async () => {
    const given = createFirst(100 * mebibyte);
    await share(given, 3, async () => {
      given.state.held = mebibyte;
      await vi.advanceTimersByTimeAsync(10);
      expect(given.asked).toEqual([9 * mebibyte, 17 * mebibyte]);
      expect(given.state.end?.(mebibyte)).toBe(9 * mebibyte);
    });
    const smaller = createFirst(10 * mebibyte);
    await share(smaller, 8, async () => {
      await vi.advanceTimersByTimeAsync(10);
      expect(smaller.asked.slice(0, 2)).toEqual([4 * mebibyte, 8 * mebibyte]);
    });
  });

  it("that an earlier run left at a range which is there ends at once", async () => {
    const given = createFirst(100 * mebibyte);
    given.state.held = 1000;
    await share(
      given,
      3,
      async () => {
        await settle();
        expect(given.state.end?.(1000)).toBe(1000);
        expect(given.asked).toEqual([2000, 2000 + 8 * mebibyte]);
      },
      async (partial) => {
        await partial.write([piece]);
        await partial.openRange(1000)([piece]);
      },
    );
  });
});

it("[HTTP-121] a first connection that fails for good leaves the rest to the others", async () => {
  const given = createFirst(24 * mebibyte);
  let bring = (): void => {};
  given.state.bringing = new Promise((resolve) => {
    bring = resolve;
  });
  await share(
    given,
    2,
    async (outcome) => {
      await vi.advanceTimersByTimeAsync(10);
      given.failRead(new TransportError("CONNECTION_LOST", "body", "cut"));
      await settle();
      bring();
      expect(await outcome).toBe("whole");
      expect(given.state.isFinished).toBe(true);
    },
    undefined,
    { maxAttempts: 1 },
  );
});

it("[HTTP-120] a part whose answer came late, and comes fast, is left to who has it", async () => {
  const given = createFirst(16 * mebibyte);
  const go = { own: createGate(), answer: createGate(), rest: createGate() };
  const own = [go.own.opened.then(() => [Buffer.alloc(8 * mebibyte)]), undefined];
  given.first.read = async () => own.shift();
  given.first.part = async (start) => {
    given.asked.push(start);
    await go.answer.opened;
    const rest = go.rest.opened.then(() => [Buffer.alloc(2 * mebibyte)]);
    const batches = [[Buffer.alloc(6 * mebibyte)], rest, undefined];
    return { ...given.first, read: async () => batches.shift(), cancel: async () => {} };
  };
  await share(given, 2, async (outcome, partial) => {
    const gaps = (): number => partial.gaps(16 * mebibyte).length;
    await vi.advanceTimersByTimeAsync(1000);
    go.answer.open();
    await vi.waitFor(() => expect(gaps()).toBe(2));
    vi.advanceTimersByTime(100);
    given.state.held = 8 * mebibyte;
    go.own.open();
    await vi.waitFor(() => expect(gaps()).toBe(1));
    await settle();
    go.rest.open();
    expect(await outcome).toBe("whole");
    expect(given.asked).toEqual([8 * mebibyte]);
  });
});

it("[HTTP-120] a first connection that has brought all by itself is the end", async () => {
  const given = createFirst(24 * mebibyte);
  await share(given, 2, async (outcome) => {
    await settle();
    given.state.isFinished = true;
    given.endRead();
    expect(await outcome).toBe("whole");
  });
});

describe("[HTTP-121] a connection that fails", () => {
  const size = 24 * mebibyte;
  const split = (): Promise<unknown> => vi.advanceTimersByTimeAsync(10);

  it("waits before another try, but no longer than until the others have brought all", async () => {
    const given = createFirst(size);
    await share(
      given,
      2,
      async (outcome) => {
        await split();
        given.fails[0]?.(cut);
        await settle();
        expect(given.asked).toHaveLength(1);
        given.bringBy(() => Number.POSITIVE_INFINITY);
        given.endRead();
        expect(await outcome).toBe("whole");
        expect(given.state.cancelled).toBe(3);
      },
      undefined,
      { baseDelayMs: 2 ** 30, maxDelayMs: 2 ** 30 },
    );
  });

  it("may fail as often again once it has brought a part", async () => {
    const given = createFirst(size);
    given.bringBy((count) => (count === 2 ? Number.POSITIVE_INFINITY : cut));
    await share(
      given,
      2,
      async () => {
        await split();
        await expect.poll(() => given.asked.length).toBe(4);
      },
      undefined,
      { maxAttempts: 2, baseDelayMs: 1 },
    );
  });

  it.each([
    [64 * 1024, "goes on", "whole"],
    [64 * 1024 - 1, "counts its failures", "cut"],
  ])("after %i bytes %s", async (brought, _, expected) => {
    const given = createFirst(8 * mebibyte);
    given.bringBy(() => brought);
    await share(
      given,
      2,
      async (outcome) => {
        await split();
        given.failRead(cut);
        expect(await outcome.catch(({ message }: Error) => message)).toBe(expected);
      },
      undefined,
      { maxAttempts: 2, baseDelayMs: 1 },
    );
  });

  it("too often leaves the rest to the others, and is not counted twice", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const given = createFirst(size);
    given.bringBy((count) => (count < 5 ? cut : Number.POSITIVE_INFINITY));
    await share(
      given,
      2,
      async (outcome) => {
        await split();
        await expect.poll(() => given.asked.length).toBe(3);
        given.failRead(cut);
        expect(await outcome).toBe("whole");
      },
      undefined,
      { maxAttempts: 3 },
    );
    vi.restoreAllMocks();
  });

  it.each([
    ["changed", "changed"],
    ["range", "alone"],
  ] as const)("with %s: %s", async (reason, expected) => {
    const given = createFirst(size);
    given.bringBy(() => new IntegrityError({ reason }, reason));
    await share(given, 2, async (outcome) => {
      await split();
      given.endRead();
      expect(await outcome).toBe(expected);
    });
  });
});

describe("[HTTP-122] a server that gives no parts", () => {
  const noParts = new TransportError("TLS", "connect", "no parts from here");
  const withRange = async (partial: PartialFile): Promise<void> => {
    await partial.openRange(1000)([piece]);
  };

  it("has a first connection go on to the end, and what came behind it is forgotten", async () => {
    const given = createFirst(100 * mebibyte);
    await share(
      given,
      3,
      async (outcome, partial) => {
        await expect.poll(() => given.asked.length).toBe(2);
        given.fails[0]?.(noParts);
        await expect.poll(() => given.state.end).toBeUndefined();
        expect(partial.hasRanges()).toBe(false);
        given.endRead();
        expect(await outcome).toBe("alone");
      },
      withRange,
    );
  });

  it("is told that nothing could be noted of it when the first has ended", async () => {
    const given = createFirst(100 * mebibyte);
    await share(
      given,
      3,
      async (outcome, partial) => {
        await expect.poll(() => given.asked.length).toBe(2);
        vi.spyOn(partial, "forgetRanges").mockRejectedValueOnce(new Error("no room"));
        given.fails[0]?.(noParts);
        await settle();
        given.endRead();
        await expect(outcome).rejects.toThrow("no room");
      },
      withRange,
    );
  });

  it.each(["first", "part"])(
    "costs nothing of what came without a gap, once the first has ended: %s",
    async (who) => {
      const given = createFirst(100 * mebibyte);
      await share(
        given,
        3,
        async (outcome, partial) => {
          await expect.poll(() => given.asked.length).toBe(2);
          if (who === "part") given.endRead();
          await settle();
          await partial.openRange(0)([piece]);
          await partial.openRange(9000)([piece]);
          expect(given.state.isCounting).toBe(true);
          if (who === "part") given.fails[0]?.(noParts);
          else given.failRead(noParts);
          expect(await outcome).toBe("alone");
          expect([partial.bytes(), partial.hasRanges()]).toEqual([2000, false]);
          expect([given.state.end, given.state.isCounting]).toEqual([undefined, false]);
        },
        withRange,
      );
    },
  );
});

describe("[HTTP-124] what ends all connections", () => {
  it("is told as it came first", async () => {
    const given = createFirst(100 * mebibyte);
    await share(given, 3, async (outcome) => {
      await vi.advanceTimersByTimeAsync(10);
      given.fails[0]?.(new RangeError("first"));
      await settle();
      given.fails[1]?.(new RangeError("second"));
      await expect(outcome).rejects.toThrow("first");
    });
  });

  it("is not overtaken by the end of the first connection that follows from it", async () => {
    const given = createFirst(100 * mebibyte);
    let abort: AbortController | undefined;
    await share(
      given,
      2,
      async (outcome) => {
        await vi.advanceTimersByTimeAsync(10);
        given.fails[0]?.(cut);
        await settle();
        abort?.abort("enough");
        await expect(outcome).rejects.toBe("enough");
      },
      async (_, own) => {
        abort = own;
      },
      { maxAttempts: 1 },
    );
  });

  it("has nobody ask for a part that another gives back", async () => {
    const given = createFirst(8 * mebibyte);
    await share(given, 64, async (outcome) => {
      await vi.advanceTimersByTimeAsync(10);
      await settle();
      const asked = given.asked.length;
      expect(asked).toBeLessThan(63); // the rest wait for one
      given.fails[0]?.(new RangeError("no memory"));
      await expect(outcome).rejects.toThrow("no memory");
      expect(given.asked).toHaveLength(asked);
    });
  });

  it("ends also the waiting for bytes while all of them wait for another try", async () => {
    const given = createFirst(100 * mebibyte);
    let abort: AbortController | undefined;
    await share(
      given,
      2,
      async (outcome) => {
        await vi.advanceTimersByTimeAsync(10);
        given.failRead(cut);
        for (const fail of given.fails) fail(cut);
        await settle();
        abort?.abort("enough");
        await expect(outcome).rejects.toBe("enough");
      },
      async (_, own) => {
        abort = own;
      },
      { baseDelayMs: 2 ** 30, maxDelayMs: 2 ** 30 },
    );
  });

  it("is a file that can no longer be read", async () => {
    const given = createFirst(100 * mebibyte);
    await share(given, 3, async (outcome, partial) => {
      await vi.advanceTimersByTimeAsync(10);
      partial.passOn = async () => {
        throw new Error("cut short");
      };
      given.endRead();
      await expect(outcome).rejects.toThrow("cut short");
    });
  });

  it("is an abort before they began, whatever its reason", async () => {
    const given = createFirst(100 * mebibyte);
    const reason = new TransportError("CONNECTION_LOST", "body", "another download failed");
    await share(
      given,
      3,
      async (outcome) => {
        await expect(outcome).rejects.toBe(reason);
        expect(given.asked).toEqual([]);
      },
      async (partial, abort) => {
        await partial.openRange(4000)([piece]);
        abort.abort(reason);
      },
    );
  });

  it("is a journal that cannot note that ranges were given up: no timer is left", async () => {
    const given = createFirst(100 * mebibyte);
    given.state.isSplit = false;
    await share(
      given,
      3,
      async (outcome) => {
        await expect(outcome).rejects.toThrow("no room");
        expect(vi.getTimerCount()).toBe(0);
      },
      async (partial) => {
        await partial.openRange(4000)([piece]);
        vi.spyOn(partial, "forgetRanges").mockRejectedValueOnce(new Error("no room"));
      },
    );
  });
});
