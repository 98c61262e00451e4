import { createHash } from "node:crypto";
import { open, readFile, truncate, writeFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { noChecks } from "./checks.ts";
import { type Checkpoint, type Journal, type JournalState, openJournal } from "./journal.ts";
import { openPartialFile, type PartialFile, removeFile } from "./partial-file.ts";

/** What the disk says of its room. */
const disk = vi.hoisted(() => ({ free: undefined as number | undefined, blocks: 1 }));
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  return {
    ...fs,
    statfs: async (path: string) =>
      disk.free === undefined ? fs.statfs(path) : { bavail: disk.free, bsize: 1, blocks: disk.blocks },
  };
});

afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(disk, { free: undefined, blocks: 1 });
});

const mebibyte = 1024 * 1024;
const body = createHash("shake256", { outputLength: mebibyte }).update("earlier").digest();
const begin: JournalState = { source: "link://h/a", stage: "transfer" };
const upTo = (bytes: number): Checkpoint => ({ bytes, crc32: crc32(body.subarray(0, bytes)) });

interface Opened {
  readonly path: string;
  readonly journal: Journal;
  readonly partial: PartialFile;
}

/** Opens a partial file of these bytes, of which an earlier run noted this. */
async function withEarlier(
  content: Uint8Array,
  noted: Partial<JournalState>,
  run: (opened: Opened) => Promise<void>,
): Promise<void> {
  await using folder = await makeTemporaryFolder();
  const path = folder.file("part");
  await writeFile(path, content, { flush: true });
  const earlier = { ...begin, ...noted };
  const journal = await openJournal(folder.file("journal"), earlier);
  const partial = await openPartialFile(path, journal, false, earlier);
  try {
    await run({ path, journal, partial });
  } finally {
    await partial.close();
    await journal.close();
  }
}

describe("[HTTP-91] of what an earlier run noted", () => {
  it.each<[string, Partial<JournalState>, number]>([
    ["the later point", { synced: upTo(100), written: upTo(200) }, 200],
    ["what is on the disk, where that is the later point", { synced: upTo(200), written: upTo(100) }, 200],
    ["what is on the disk, where nothing else is known", { synced: upTo(200) }, 200],
    ["what was written, where nothing else is known", { written: upTo(200) }, 200],
    ["nothing, where there was nothing", {}, 0],
  ])("%s holds", async (_, noted, expected) => {
    await withEarlier(body.subarray(0, 300), noted, async ({ partial, path }) => {
      expect(await partial.readBack(noChecks, undefined)).toBe(expected);
      expect((await readFile(path)).equals(body.subarray(0, expected))).toBe(true);
    });
  });

  it("nothing holds where what should be on the disk is not right", async () => {
    const damaged = Buffer.from(body.subarray(0, 200)).fill(0, 50, 60);
    await withEarlier(damaged, { synced: upTo(100), written: upTo(100) }, async ({ partial, path }) => {
      expect(await partial.readBack(noChecks, undefined)).toBe(0);
      expect((await readFile(path)).length).toBe(0);
    });
  });

  it.each<[string, Partial<JournalState>]>([
    ["was written", { written: upTo(200), synced: upTo(100) }],
    ["is on the disk", { synced: upTo(200) }],
  ])("what %s counts before it is read back", async (_, noted) => {
    await withEarlier(body.subarray(0, 200), noted, async ({ partial }) => {
      expect(partial.bytes()).toBe(200);
    });
  });

  it("is gone on with, and noted, once it was read back", async () => {
    await withEarlier(body.subarray(0, 200), { written: upTo(100) }, async ({ partial, journal }) => {
      await partial.readBack(noChecks, undefined);
      await partial.write([body.subarray(100, 150)]);
      await partial.checkpoint();
      expect(journal.state().written).toEqual(upTo(150));
    });
  });

  it("nothing is left once it begins again, and what comes then is noted", async () => {
    await withEarlier(body.subarray(0, 200), { written: upTo(100) }, async ({ partial, journal, path }) => {
      await partial.startAgain();
      await partial.write([body.subarray(0, 50)]);
      await partial.checkpoint();
      expect(journal.state().written).toEqual(upTo(50));
      expect((await readFile(path)).equals(body.subarray(0, 50))).toBe(true);
    });
  });
});

describe("[HTTP-72] a disk", () => {
  it("has room for what takes the place of bytes that nobody noted", async () => {
    await withEarlier(body, { written: upTo(1000) }, async ({ partial }) => {
      disk.free = 100;
      await partial.checkSpace(100 + mebibyte - 1000);
      await expect(partial.checkSpace(101 + mebibyte)).rejects.toMatchObject({ code: "DISK_FULL" });
    });
  });

  it("has no less room for a file that takes less of it than it is long", async () => {
    await withEarlier(Buffer.alloc(0), { written: upTo(mebibyte) }, async ({ partial, path }) => {
      await truncate(path, mebibyte); // one that the file system compresses is like that
      disk.free = 100;
      await partial.checkSpace(100);
      await expect(partial.checkSpace(101)).rejects.toMatchObject({ code: "DISK_FULL" });
    });
  });

  it("that says nothing of its size is not taken for a full one", async () => {
    await withEarlier(Buffer.alloc(0), {}, async ({ partial }) => {
      disk.free = 0;
      await expect(partial.checkSpace(1)).rejects.toMatchObject({ code: "DISK_FULL" });
      disk.blocks = 0;
      await partial.checkSpace(1);
    });
  });

  it("is done with a file before that is closed", async () => {
    await using folder = await makeTemporaryFolder();
    const journal = await openJournal(folder.file("journal"), begin);
    vi.useFakeTimers({ toFake: ["performance"] });
    const partial = await openPartialFile(folder.file("part"), journal, true, undefined);
    vi.advanceTimersByTime(60_000);
    const handle = await open(folder.file("part"), "r");
    await handle.close();
    let letGo = (): void => {};
    vi.spyOn(Object.getPrototypeOf(handle), "datasync").mockImplementationOnce(
      () =>
        new Promise<void>((resolve) => {
          letGo = resolve;
        }),
    );
    await partial.write([body.subarray(0, 10)]);
    vi.useRealTimers();
    const closed = vi.fn();
    const closing = partial.close().then(closed);
    for (let count = 0; count < 5; count++) await journal.sync();
    expect(closed).not.toHaveBeenCalled(); // the journal is closed next, and takes no more lines
    letGo();
    await closing;
    expect(journal.state().synced?.bytes).toBe(10);
    await journal.close();
  });
});

describe("[HTTP-72] a file to be removed", () => {
  it("may be gone already", async () => {
    await using folder = await makeTemporaryFolder();
    await expect(removeFile(folder.file("nothing"))).resolves.toBeUndefined();
  });

  it("that cannot be removed is told", async () => {
    await using folder = await makeTemporaryFolder();
    await expect(removeFile(folder.path)).rejects.toMatchObject({ name: "FileSystemError" });
  });
});
