import { type FileHandle, open, readFile, writeFile } from "node:fs/promises";
import { afterEach, expect, it, vi } from "vitest";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { type JournalState, openJournal, readJournal } from "./journal.ts";

afterEach(() => vi.restoreAllMocks());

const begin: JournalState = { source: "link://h/a", stage: "transfer" };

type Step = (this: FileHandle, ...args: unknown[]) => Promise<unknown>;

async function prototypeOfFiles(path: string): Promise<Record<"write" | "datasync", Step>> {
  const handle = await open(path, "r");
  await handle.close();
  return Object.getPrototypeOf(handle);
}

const linesOf = async (path: string): Promise<unknown[]> =>
  (await readFile(path, "utf8"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

it("[HTTP-91] a journal that is not there, or not one of this version, is none", async () => {
  await using folder = await makeTemporaryFolder();
  expect(await readJournal(folder.file("journal"))).toBeUndefined();
  for (const text of ["", "\n", "{", '{"formatVersion":2,"source":"a","stage":"source"}']) {
    await writeFile(folder.file("journal"), text);
    expect(await readJournal(folder.file("journal")), text).toBeUndefined();
  }
});

it("[HTTP-91] a journal that cannot be read is not taken for none", async () => {
  await using folder = await makeTemporaryFolder();
  await expect(readJournal(folder.path)).rejects.toMatchObject({ name: "FileSystemError" });
});

it("[HTTP-91] a journal says what follows lines that are none of its own", async () => {
  await using folder = await makeTemporaryFolder();
  const lines = [JSON.stringify({ formatVersion: 1, ...begin }), "null", "7", "{", '{"fileName":"a"}'];
  await writeFile(folder.file("journal"), lines.join("\n"));
  expect(await readJournal(folder.file("journal"))).toEqual({ formatVersion: 1, ...begin, fileName: "a" });
});

it("[HTTP-91] a journal writes one line after the other, and is closed behind the last", async () => {
  await using folder = await makeTemporaryFolder();
  const journal = await openJournal(folder.file("journal"), begin);
  const prototype = await prototypeOfFiles(folder.file("journal"));
  const { write } = prototype;
  let letGo = (): void => {};
  const written = vi.spyOn(prototype, "write").mockImplementationOnce(async function (
    this: FileHandle,
    ...args: unknown[]
  ) {
    await new Promise<void>((resolve) => {
      letGo = resolve;
    });
    return write.apply(this, args);
  });
  const all = [journal.record({ fileName: "a" }), journal.record({ fileName: "b" }), journal.close()];
  await expect.poll(() => written.mock.calls.length).toBe(1);
  await new Promise(setImmediate);
  expect(written).toHaveBeenCalledTimes(1);
  letGo();
  await Promise.all(all);
  expect(await linesOf(folder.file("journal"))).toEqual([
    { formatVersion: 1, ...begin },
    { fileName: "a" },
    { fileName: "b" },
  ]);
});

it("[HTTP-91] a journal that begins again says nothing of what it said, and holds no file open for it", async () => {
  await using folder = await makeTemporaryFolder();
  const prototype = await prototypeOfFiles(process.execPath);
  const { datasync } = prototype;
  const handles: FileHandle[] = [];
  vi.spyOn(prototype, "datasync").mockImplementation(async function (this: FileHandle) {
    handles.push(this);
    return datasync.call(this);
  });
  const journal = await openJournal(folder.file("journal"), { ...begin, fileName: "a" });
  const next: JournalState = { source: "link://h/b", stage: "source" };
  await journal.restart(next);
  expect(journal.state()).toEqual(next);
  expect(await readJournal(folder.file("journal"))).toEqual({ formatVersion: 1, ...next });
  expect(handles.map(({ fd }) => fd > 0)).toEqual([false, true]);
  await journal.close();
});

it("[HTTP-91] a journal that cannot be written holds no file open", async () => {
  await using folder = await makeTemporaryFolder();
  const handles: FileHandle[] = [];
  vi.spyOn(await prototypeOfFiles(process.execPath), "datasync").mockImplementation(async function (
    this: FileHandle,
  ) {
    handles.push(this);
    throw Object.assign(new Error("broken"), { code: "EIO", syscall: "fdatasync" });
  });
  await expect(openJournal(folder.file("journal"), begin)).rejects.toMatchObject({ code: "FILE_SYSTEM" });
  expect(handles.map(({ fd }) => fd)).toEqual([-1]);
  expect(await folder.names()).toEqual([]);
});

it("[HTTP-91] a journal of many lines becomes one, and grows from there", async () => {
  await using folder = await makeTemporaryFolder();
  const journal = await openJournal(folder.file("journal"), begin);
  const record = (bytes: number) => journal.record({ written: { bytes, crc32: 0 } });
  for (let bytes = 1; bytes < 1000; bytes++) await record(bytes);
  expect(await linesOf(folder.file("journal"))).toHaveLength(1000);
  await record(1000);
  const whole = { formatVersion: 1, ...begin, written: { bytes: 1000, crc32: 0 } };
  expect(await linesOf(folder.file("journal"))).toEqual([whole]);
  await record(1001);
  const line = { written: { bytes: 1001, crc32: 0 } };
  expect(await linesOf(folder.file("journal"))).toEqual([whole, line]);
  await journal.close();
});
