import { createHash } from "node:crypto";
import { open, readFile, stat, truncate } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { seededRandom } from "./__fixtures__/seeded-random.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { type Checks, createChecks, noChecks } from "./checks.ts";
import { type Journal, type JournalState, openJournal, readJournal } from "./journal.ts";
import { openPartialFile, type PartialFile } from "./partial-file.ts";

afterEach(() => vi.restoreAllMocks());

const mebibyte = 1024 * 1024;
const body = createHash("shake256", { outputLength: 3 * mebibyte })
  .update("partial")
  .digest();
const begin: JournalState = { source: "link://h/a", stage: "transfer" };

interface Opened {
  readonly path: string;
  readonly journal: Journal;
  readonly partial: PartialFile;
}

/** Opens the partial file of a folder, with what an earlier run noted there if it is to be taken up. */
async function withPartial(
  file: (name: string) => string,
  { fsync = false, takesUp = false }: { fsync?: boolean; takesUp?: boolean },
  run: (opened: Opened) => Promise<void>,
): Promise<void> {
  const earlier = takesUp ? await readJournal(file("journal")) : undefined;
  const journal = await openJournal(file("journal"), earlier ?? begin);
  const partial = await openPartialFile(file("part"), journal, fsync, earlier);
  try {
    await run({ path: file("part"), journal, partial });
  } finally {
    await partial.close();
    await journal.close();
  }
}

/** Checks that keep what they are given. */
function keepAll(): { readonly checks: Checks; all(): Buffer } {
  const chunks: Buffer[] = [];
  const update = (given: readonly Uint8Array[]): void => void chunks.push(Buffer.concat(given));
  return { checks: { ...noChecks, update }, all: () => Buffer.concat(chunks) };
}

async function prototypeOfFiles(path: string): Promise<Record<string, (...args: never[]) => unknown>> {
  const handle = await open(path, "r");
  await handle.close();
  return Object.getPrototypeOf(handle);
}

const seed = Math.floor(Math.random() * 2 ** 31);
describe("[HTTP-123] a file in ranges", () => {
  it(`of any map, cut off, damaged and gone on with, is the file (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const below = (bound: number): number => Math.floor(random() * bound);
    for (let run = 0; run < 25; run++) {
      await using folder = await makeTemporaryFolder();
      // The first run: a beginning, and ranges that come piece by piece, in any order, and may lie over one another.
      await withPartial(folder.file, {}, async ({ partial }) => {
        const front = 1 + below(body.length / 2);
        await partial.write([body.subarray(0, front)]);
        const writers = Array.from({ length: below(6) }, () => {
          const start = below(body.length);
          return { at: start, write: partial.openRange(start) };
        });
        for (let step = below(20); step > 0 && writers.length > 0; step--) {
          const writer = writers[below(writers.length)];
          if (!writer) continue;
          const piece = body.subarray(writer.at, writer.at + below(body.length / 8));
          await writer.write([piece.subarray(0, piece.length >> 1), piece.subarray(piece.length >> 1)]);
          writer.at += piece.length;
          if (random() < 0.2) await partial.passOn(noChecks);
        }
        await partial.checkpoint();
      });
      // A power cut.
      const file = await open(folder.file("part"), "r+");
      for (let count = below(3); count > 0; count--) {
        const at = below(body.length);
        const { size } = await file.stat();
        await file.write(Buffer.alloc(Math.min(below(50_000), Math.max(0, size - at))), 0, undefined, at);
      }
      await file.close();
      // The second run fetches what is missing, and only that.
      const { checks, all } = keepAll();
      await withPartial(folder.file, { takesUp: true }, async ({ partial, path }) => {
        expect(await partial.readBack(checks, undefined)).toBe(partial.bytes());
        for (const { start, end } of partial.gaps(body.length))
          await partial.openRange(start)([body.subarray(start, end)]);
        while (await partial.passOn(checks));
        expect(partial.bytes(), `run ${run}`).toBe(body.length);
        expect([partial.gaps(body.length), partial.hasRanges()]).toEqual([[], false]);
        expect((await readFile(path)).equals(body), `run ${run}`).toBe(true);
      });
      expect(all().equals(body), `run ${run}`).toBe(true);
    }
  });

  it("misses what lies between them, in order, whatever came first", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, {}, async ({ partial }) => {
      await partial.openRange(820)([body.subarray(820, 840)]);
      for (const start of [800, 300, 500, 350])
        await partial.openRange(start)([body.subarray(start, start + 100)]);
      expect(partial.gaps(1000)).toEqual([
        { start: 0, end: 300 },
        { start: 450, end: 500 },
        { start: 600, end: 800 },
        { start: 900, end: 1000 },
      ]);
    });
  });

  it("keeps every one that is right, and what is right of the beginning", async () => {
    await using folder = await makeTemporaryFolder();
    const spans = [
      [2_000_000, 2_000_010],
      [1_700_000, 1_700_100],
      [900_000, 1_600_000],
    ] as const;
    await withPartial(folder.file, { fsync: true }, async ({ partial }) => {
      await partial.write([body.subarray(0, 700_000)]);
      for (const [start, end] of spans) await partial.openRange(start)([body.subarray(start, end)]);
      await partial.checkpoint();
    });
    const expected = [
      { start: 700_000, end: 900_000 },
      { start: 1_600_000, end: 1_700_000 },
      { start: 1_700_100, end: 2_000_000 },
    ];
    await withPartial(folder.file, { takesUp: true }, async ({ partial, path }) => {
      await truncate(path, 3_000_000); // by somebody
      await partial.readBack(noChecks, undefined);
      expect(partial.gaps(2_000_010)).toEqual(expected);
      expect((await stat(path)).size).toBe(2_000_010);
      await partial.checkpoint();
    });
    // A power cut took the last of them, and half of another.
    await truncate(folder.file("part"), 1_250_000);
    await withPartial(folder.file, { takesUp: true }, async ({ partial, path }) => {
      expect(await partial.readBack(noChecks, undefined)).toBe(700_000);
      expect(partial.hasRanges()).toBe(false);
      expect((await stat(path)).size).toBe(700_000);
    });
  });

  it("falls back on what was on the disk, where what was only written is not right", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, { fsync: true }, async ({ partial, journal }) => {
      const write = partial.openRange(1000);
      await partial.write([body.subarray(0, 100)]);
      await write([body.subarray(1000, 1100)]);
      await partial.checkpoint();
      const { written, ranges } = journal.state();
      await partial.write([body.subarray(100, 200)]);
      await write([body.subarray(1100, 1200)]);
      await partial.checkpoint();
      await journal.record({ synced: written, syncedRanges: ranges });
    });
    const file = await open(folder.file("part"), "r+");
    await file.write(Buffer.alloc(10), 0, 10, 150);
    await file.write(Buffer.alloc(10), 0, 10, 1150);
    await file.close();
    await withPartial(folder.file, { takesUp: true }, async ({ partial }) => {
      expect(await partial.readBack(noChecks, undefined)).toBe(100);
      expect(partial.gaps(1100)).toEqual([{ start: 100, end: 1000 }]);
    });
  });

  it("keeps nothing behind a beginning that is not right any more", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, {}, async ({ partial }) => {
      await partial.write([body.subarray(0, 100)]);
      await partial.openRange(200)([body.subarray(200, 300)]);
      await partial.checkpoint();
    });
    const file = await open(folder.file("part"), "r+");
    await file.write(Buffer.alloc(10), 0, 10, 50);
    await file.close();
    await withPartial(folder.file, { takesUp: true }, async ({ partial, path }) => {
      expect(await partial.readBack(noChecks, undefined)).toBe(0);
      expect(partial.hasRanges()).toBe(false);
      expect((await readFile(path)).length).toBe(0);
    });
  });

  it("ends the reading back at an abort", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, {}, async ({ partial }) => {
      await partial.write([body.subarray(0, 100)]);
      await partial.checkpoint();
    });
    await withPartial(folder.file, { takesUp: true }, async ({ partial, journal }) => {
      await expect(partial.readBack(noChecks, AbortSignal.abort("enough"))).rejects.toBe("enough");
      await partial.checkpoint();
      expect(journal.state().written?.bytes).toBe(100); // nobody has looked at those bytes
    });
  });

  it("takes no more of what was begun before its ranges were forgotten", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, {}, async ({ partial, journal, path }) => {
      const write = partial.openRange(1000);
      await write([body.subarray(1000, 2000)]);
      await partial.checkpoint();
      expect(journal.state().ranges).toHaveLength(1);
      const prototype = await prototypeOfFiles(path);
      const writev = prototype.writev as (...args: unknown[]) => Promise<unknown>;
      let letGo = (): void => {};
      vi.spyOn(prototype, "writev").mockImplementation(async function (this: unknown, ...args: unknown[]) {
        await new Promise<void>((resolve) => {
          letGo = resolve;
        });
        return writev.apply(this, args);
      } as never);
      const late = write([body.subarray(2000, 3000)]);
      let isForgotten = false;
      const forgetting = partial.forgetRanges().then(() => {
        isForgotten = true;
      });
      for (let count = 0; count < 2; count++) await journal.sync(); // behind all that it has to write
      await new Promise(setImmediate);
      expect(isForgotten).toBe(false); // those bytes must not land on what comes next
      letGo();
      await forgetting;
      await late;
      vi.restoreAllMocks();
      await write([body.subarray(3000, 6000)]);
      expect(partial.hasRanges()).toBe(false);
      expect(journal.state().ranges).toEqual([]);
      expect((await readFile(path)).length).toBe(3000);
      await partial.startAgain();
      expect((await readFile(path)).length).toBe(0);
      expect(partial.bytes()).toBe(0);
    });
  });

  it("notes nothing of the former object once it begins anew, though that was being flushed", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, { fsync: true }, async ({ partial, journal, path }) => {
      vi.useFakeTimers({ toFake: ["performance"] });
      vi.advanceTimersByTime(60_000);
      const prototype = await prototypeOfFiles(path);
      let letGo = (): void => {};
      vi.spyOn(prototype, "datasync").mockImplementationOnce(
        (() =>
          new Promise<void>((resolve) => {
            letGo = resolve;
          })) as never,
      );
      await partial.openRange(1000)([body.subarray(1000, 2000)]);
      vi.useRealTimers();
      const again = partial.startAgain();
      await journal.sync();
      await new Promise(setImmediate);
      letGo();
      await again;
      await partial.flush();
      const none = { bytes: 0, crc32: 0 };
      expect(journal.state()).toEqual({
        ...begin,
        written: none,
        synced: none,
        ranges: [],
        syncedRanges: [],
      });
    });
  });

  it("does not pass on what was forgotten while it was read", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, {}, async ({ partial }) => {
      await partial.openRange(0)([body.subarray(0, 1000)]);
      const { checks, all } = keepAll();
      const passing = partial.passOn(checks);
      await partial.forgetRanges();
      expect(await passing).toBe(false);
      expect([partial.bytes(), all().length]).toEqual([0, 0]);
    });
  });

  it("that somebody has cut short says so", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, {}, async ({ partial, path }) => {
      await partial.openRange(0)([body.subarray(0, 1000)]);
      await truncate(path, 0);
      await expect(partial.passOn(noChecks)).rejects.toMatchObject({ code: "FILE_SYSTEM" });
    });
  });
});

describe("[HTTP-72] a disk", () => {
  it("that writes less than it was given is given the rest", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, {}, async ({ partial, path }) => {
      const prototype = await prototypeOfFiles(path);
      const writev = prototype.writev as (...args: unknown[]) => Promise<unknown>;
      vi.spyOn(prototype, "writev").mockImplementation(function (
        this: unknown,
        chunks: Uint8Array[],
        at: number,
      ) {
        return writev.call(this, [chunks[0]?.subarray(0, 10)], at);
      } as never);
      const write = prototype.write as (...args: unknown[]) => Promise<unknown>;
      vi.spyOn(prototype, "write").mockImplementation(function (
        this: unknown,
        what: Buffer | string,
        from: number,
        length: number,
        at: number,
      ) {
        if (typeof what === "string") return write.call(this, what); // the journal
        return write.call(this, what, from, Math.min(length, 60), at);
      } as never);
      await partial.write([body.subarray(0, 100), body.subarray(100, 150)]);
      expect(partial.bytes()).toBe(150);
      expect((await readFile(path)).equals(body.subarray(0, 150))).toBe(true);
    });
  });

  it("that cannot flush in the background is told by what comes next", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, { fsync: true }, async ({ partial, path }) => {
      vi.useFakeTimers({ toFake: ["performance"] });
      vi.advanceTimersByTime(60_000);
      const prototype = await prototypeOfFiles(path);
      const broken = vi.spyOn(prototype, "datasync").mockImplementation((async () => {
        throw Object.assign(new Error("broken"), { code: "EIO", syscall: "fdatasync" });
      }) as never);
      const write = partial.openRange(500);
      await partial.write([body.subarray(0, 10)]);
      vi.useRealTimers();
      await expect.poll(() => broken.mock.calls.length).toBe(1);
      await new Promise(setImmediate);
      const failure = { code: "FILE_SYSTEM" };
      await expect(partial.write([body.subarray(10, 20)])).rejects.toMatchObject(failure);
      await expect(write([body.subarray(500, 510)])).rejects.toMatchObject(failure);
      await expect(partial.flush()).rejects.toMatchObject(failure);
    });
  });

  it("is not flushed, and no range is noted, where nobody asked for that", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, {}, async ({ partial, journal, path }) => {
      vi.useFakeTimers({ toFake: ["performance"] });
      vi.advanceTimersByTime(60_000);
      const flushed = vi.spyOn(await prototypeOfFiles(path), "datasync");
      await partial.write([body.subarray(0, 10)]);
      vi.useRealTimers();
      expect(journal.state().written?.bytes).toBe(10);
      await partial.forgetRanges();
      await partial.checkpoint();
      expect(flushed).not.toHaveBeenCalled();
      expect(Object.keys(journal.state())).toEqual(["source", "stage", "written"]);
    });
  });

  it.each([true, false])("is flushed at the end where that is asked for: %s", async (fsync) => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, { fsync }, async ({ partial, path }) => {
      const flushed = vi.spyOn(await prototypeOfFiles(path), "sync");
      await partial.write([body.subarray(0, 10)]);
      await partial.flush();
      expect(flushed).toHaveBeenCalledTimes(fsync ? 1 : 0);
    });
  });

  it("is flushed at the end only after what was being flushed", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, { fsync: true }, async ({ partial, path }) => {
      vi.useFakeTimers({ toFake: ["performance"] });
      vi.advanceTimersByTime(60_000);
      const prototype = await prototypeOfFiles(path);
      const last = vi.spyOn(prototype, "sync");
      let letGo = (): void => {};
      vi.spyOn(prototype, "datasync").mockImplementationOnce(
        (() =>
          new Promise<void>((resolve) => {
            letGo = resolve;
          })) as never,
      );
      await partial.write([body.subarray(0, 10)]);
      vi.useRealTimers();
      const flushed = partial.flush();
      await new Promise(setImmediate);
      expect(last).not.toHaveBeenCalled();
      letGo();
      await flushed;
      expect(last).toHaveBeenCalledTimes(1);
    });
  });

  it("is flushed before a point is noted as one that outlives a power cut", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, { fsync: true }, async ({ partial, journal, path }) => {
      await partial.write([body.subarray(0, 10)]);
      const noted: (number | undefined)[] = [];
      vi.spyOn(await prototypeOfFiles(path), "datasync").mockImplementation((async () => {
        noted.push(journal.state().synced?.bytes);
      }) as never);
      await partial.checkpoint();
      expect(noted).toEqual([undefined]);
      expect(journal.state().synced?.bytes).toBe(10);
    });
  });

  it("notes no later point before the one that is being flushed", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, { fsync: true }, async ({ partial, journal, path }) => {
      vi.useFakeTimers({ toFake: ["performance"] });
      vi.advanceTimersByTime(60_000);
      const prototype = await prototypeOfFiles(path);
      let letGo = (): void => {};
      vi.spyOn(prototype, "datasync").mockImplementationOnce(
        (() =>
          new Promise<void>((resolve) => {
            letGo = resolve;
          })) as never,
      );
      await partial.write([body.subarray(0, 10)]);
      vi.useRealTimers();
      await partial.write([body.subarray(10, 30)]);
      const noted = partial.checkpoint();
      await journal.sync();
      await new Promise(setImmediate);
      letGo();
      await noted;
      await partial.flush();
      expect(journal.state().synced?.bytes).toBe(30);
    });
  });

  it("with too little room is refused, and gaps take none of it", async () => {
    await using folder = await makeTemporaryFolder();
    await withPartial(folder.file, {}, async ({ partial }) => {
      await expect(partial.checkSpace(2 ** 60)).rejects.toMatchObject({ code: "DISK_FULL" });
      await partial.checkSpace(1);
      await partial.openRange(2 ** 42)([body.subarray(0, 10)]);
      await expect(partial.checkSpace(2 ** 42)).rejects.toMatchObject({ code: "DISK_FULL" });
    });
  });
});

it("[HTTP-91] a journal says what follows a line that was cut by a full disk", async () => {
  await using folder = await makeTemporaryFolder();
  const journal = await openJournal(folder.file("journal"), begin);
  const prototype = await prototypeOfFiles(folder.file("journal"));
  const write = prototype.write as (...args: unknown[]) => Promise<unknown>;
  vi.spyOn(prototype, "write").mockImplementationOnce(async function (this: unknown, text: string) {
    await write.call(this, text.slice(0, 12));
    throw Object.assign(new Error("full"), { code: "ENOSPC", syscall: "write" });
  } as never);
  const written = { bytes: 1, crc32: 1 };
  await expect(journal.record({ written })).rejects.toMatchObject({ code: "DISK_FULL" });
  await journal.record({ fileName: "a" });
  await journal.close();
  expect(await readJournal(folder.file("journal"))).toEqual(
    expect.objectContaining({ ...begin, fileName: "a" }),
  );
});

it("[HTTP-91] a journal that cannot be replaced leaves the former one", async () => {
  await using folder = await makeTemporaryFolder();
  await (await openJournal(folder.file("journal"), begin)).close();
  const prototype = await prototypeOfFiles(folder.file("journal"));
  vi.spyOn(prototype, "datasync").mockImplementation((async () => {
    throw Object.assign(new Error("broken"), { code: "EIO", syscall: "fdatasync" });
  }) as never);
  const other: JournalState = { source: "link://h/b", stage: "source" };
  await expect(openJournal(folder.file("journal"), other)).rejects.toMatchObject({ code: "FILE_SYSTEM" });
  expect(await folder.names()).toEqual(["journal"]);
  expect(await readJournal(folder.file("journal"))).toMatchObject(begin);
});

it("[HTTP-11] what is passed on has the digest of the whole", async () => {
  await using folder = await makeTemporaryFolder();
  await withPartial(folder.file, {}, async ({ partial }) => {
    const checks = createChecks("compute", undefined);
    checks.begin({ status: 200, headers: {} } as never);
    await partial.openRange(0)([body]);
    while (await partial.passOn(checks));
    expect(checks.finish()).toBe(createHash("sha256").update(body).digest("hex"));
  });
});
