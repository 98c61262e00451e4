import fs from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { afterEach, expect, it, vi } from "vitest";
import { answer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { createDownload, createHttpSettings, createLinkSource, downloadLink } from "./index.ts";
import { openJournal, readJournal } from "./journal.ts";

afterEach(() => vi.restoreAllMocks());

it.each([
  // The file once, and its folder after the name was given; of a long one again after the journal went.
  [5, true, 2],
  [1_000_000, true, 3],
  [5, false, 0],
  [1_000_000, false, 0],
])(
  "[HTTP-91] flushes file and folder before it says that it is done: %d bytes, %s",
  async (bytes, fsync, flushes) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, Buffer.alloc(bytes, "whole"))]);
    const handle = await open(folder.path, "r");
    const flushed = vi.spyOn(Object.getPrototypeOf(handle), "sync");
    const flushedSmall = vi.spyOn(fs, "fsync");
    const opened = vi.spyOn(fs, "open");
    await handle.close();
    await downloadLink({ url: server.url }).toFile(folder.file("a"), { fsync });
    const asWritten = opened.mock.calls.filter(([, flags]) => Number(flags) & fs.constants.O_DSYNC);
    expect(flushed.mock.calls.length + flushedSmall.mock.calls.length + asWritten.length).toBe(flushes);
  },
);

it.each([
  ["linux", 0],
  ["darwin", 1],
])(
  "[HTTP-91] flushes a small file by a call of its own where a write would not: %s",
  async (system, calls) => {
    const { platform } = process;
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "whole")]);
    const flushed = vi.spyOn(fs, "fsync");
    Object.defineProperty(process, "platform", { value: system });
    try {
      await downloadLink({ url: server.url }).toFile(folder.file("a"));
    } finally {
      Object.defineProperty(process, "platform", { value: platform });
    }
    expect(flushed).toHaveBeenCalledTimes(calls);
    expect(await readFile(folder.file("a"), "utf8")).toBe("whole");
  },
);

it.each([
  ["close", false],
  ["closeSync", true],
] as const)("[HTTP-91] closes a small file with %s, where fsync is %s", async (close, fsync) => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, {}, "whole")]);
  const closed = vi.spyOn(fs, close);
  await downloadLink({ url: server.url }).toFile(folder.file("a"), { fsync });
  expect(closed).toHaveBeenCalledOnce();
  const [descriptor = -1] = closed.mock.calls[0] ?? [];
  expect(() => fs.fstatSync(descriptor)).toThrow(/EBADF/);
});

it("[HTTP-91] what tells that a file that comes only once was asked for is on the disk before it is asked for", async () => {
  await using folder = await makeTemporaryFolder();
  const handle = await open(folder.path, "r");
  const folderFlushed = vi.spyOn(Object.getPrototypeOf(handle), "sync");
  const journalFlushed = vi.spyOn(Object.getPrototypeOf(handle), "datasync");
  await handle.close();
  let before: number[] = [];
  await using server = await startScriptedServer([
    (socket, request) => {
      before = [journalFlushed.mock.calls.length, folderFlushed.mock.calls.length];
      answer(200, {}, "whole")(socket, request);
    },
  ]);
  const settings = createHttpSettings({});
  const source = createLinkSource(server.url, { operation: "GetOnce", settings });
  await createDownload({ ...source, repeat: "never" }).toFile(folder.file("a"));
  // The journal when it is made, and again with the line that says that the request is being sent.
  expect(before).toEqual([2, 1]);
  // And with those that say that it was answered, what name the file will have, and that it has it.
  expect(journalFlushed).toHaveBeenCalledTimes(5);
});

it("[HTTP-91] a journal of a long download stays short, and says the last that was noted", async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.file("journal");
  const journal = await openJournal(path, { source: "link://h/a", stage: "source" });
  for (let bytes = 1; bytes <= 5000; bytes++)
    await journal.record({ stage: "transfer", written: { bytes, crc32: bytes } });
  await journal.close();
  expect((await stat(path)).size).toBeLessThan(100_000);
  expect((await readFile(path, "utf8")).split("\n").filter(Boolean).length).toBeLessThan(1002);
  expect(await readJournal(path)).toMatchObject({ stage: "transfer", written: { bytes: 5000, crc32: 5000 } });
});

it("[HTTP-91] a killed process loses 4 MiB at most: so far behind is the journal", async () => {
  await using folder = await makeTemporaryFolder();
  const mebibyte = 1024 * 1024;
  await using server = await startScriptedServer([
    (socket) =>
      void socket.write(
        Buffer.concat([
          Buffer.from(head(200, { "content-length": "99999999" })),
          Buffer.alloc(12 * mebibyte),
        ]),
      ),
  ]);
  const abort = new AbortController();
  const running = downloadLink({ url: server.url }).toFile(folder.file("a"), {
    signal: abort.signal,
    fsync: false,
  });
  const ended = running.catch((error: unknown) => error);
  const hidden = async (ending: string) =>
    folder.file((await folder.names()).find((name) => name.endsWith(ending)) ?? "");
  await expect
    .poll(async () => (await stat(await hidden(".part"))).size, { timeout: 5000 })
    .toBe(12 * mebibyte);
  await expect
    .poll(async () => (await readJournal(await hidden(".journal")))?.written?.bytes ?? 0)
    .toBeGreaterThanOrEqual(8 * mebibyte);
  abort.abort("enough");
  expect(await ended).toBe("enough");
});
