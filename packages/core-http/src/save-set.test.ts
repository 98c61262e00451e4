import { createHash } from "node:crypto";
import { type FileHandle, open, readFile, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Answer, answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import {
  createDownloadSet,
  createLogger,
  type Download,
  type DownloadSet,
  downloadLink,
  type FileOptions,
} from "./index.ts";
import { type JournalState, openJournal } from "./journal.ts";
import { partialPaths } from "./partial-paths.ts";

afterEach(() => vi.restoreAllMocks());

const echo: Answer = (socket, request) => answer(200, {}, `file ${request.path}`)(socket, request);

function setOf(downloads: readonly Download[]): DownloadSet {
  return createDownloadSet({
    logger: createLogger(undefined),
    identity: async () => ({ service: "test", host: "h", ids: ["backup-1"] }),
    list: async () => downloads.map((download, index) => ({ download, fileName: `f${index}` })),
  });
}

const links = (url: string, count: number): Download[] =>
  Array.from({ length: count }, (_, index) => downloadLink({ url: `${url}/${index}`, retry: false }));

async function prototypeOfFiles(
  path: string,
): Promise<{ writeFile(this: FileHandle, text: string): Promise<void> }> {
  const handle = await open(path, "r");
  await handle.close();
  return Object.getPrototypeOf(handle);
}

async function listedIn(manifestPath: string): Promise<string[]> {
  const { files } = JSON.parse(await readFile(manifestPath, "utf8"));
  return files.map(({ name }: { name: string }) => name).sort();
}

describe("[HTTP-19] the manifest of a set", () => {
  it("lists a file before that has its name", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([echo]);
    const seen: string[][] = [];
    const watched = links(server.url, 2).map((download) => ({
      ...download,
      async toFile(path: string, options?: FileOptions) {
        const file = await download.toFile(path, options);
        seen.push(await listedIn(folder.file("backup-1.manifest.json")));
        return file;
      },
    }));
    await setOf(watched).toDirectory(folder.path);
    expect(seen).toEqual([["f0"], ["f0", "f1"]]);
  });

  it("lists a file that was there already, too", async () => {
    await using folder = await makeTemporaryFolder();
    const md5 = createHash("md5").update("same").digest("base64");
    await using server = await startScriptedServer([answer(200, { "content-md5": md5 }, "same")]);
    await writeFile(folder.file("f0"), "same");
    const { files, manifestPath } = await setOf(links(server.url, 1)).toDirectory(folder.path, {
      overwrite: "if-different",
    });
    expect(files[0]?.attempts).toBe(0);
    expect(await listedIn(manifestPath)).toEqual(["f0"]);
  });

  it("lists all files, however many end at once, and is written by one at a time", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([echo]);
    const prototype = await prototypeOfFiles(process.execPath);
    const { writeFile: write } = prototype;
    let running = 0;
    let atOnce = 0;
    vi.spyOn(prototype, "writeFile").mockImplementation(async function (this: FileHandle, text: string) {
      if (!text.includes('"files"')) return write.call(this, text);
      atOnce = Math.max(atOnce, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      await write.call(this, text);
      running--;
    });
    const { files, manifestPath } = await setOf(links(server.url, 24)).toDirectory(folder.path, {
      connections: 24,
    });
    expect([files.length, atOnce]).toEqual([24, 1]); // an older list would take the place of a newer one
    expect(await listedIn(manifestPath)).toHaveLength(24);
  });

  it("goes on after it could not be written once", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([echo]);
    vi.spyOn(await prototypeOfFiles(process.execPath), "writeFile").mockImplementationOnce(async () => {
      throw Object.assign(new Error("full"), { code: "ENOSPC", syscall: "write" });
    });
    await expect(setOf(links(server.url, 3)).toDirectory(folder.path)).rejects.toMatchObject({
      saved: [{ path: folder.file("f1") }, { path: folder.file("f2") }],
      failures: [{ name: "f0", error: { code: "DISK_FULL" } }],
    });
    expect(await listedIn(folder.file("backup-1.manifest.json"))).toContain("f2");
  });
});

describe("[HTTP-19] the connections of a set", () => {
  it.each([
    [1, 3, { atOnce: 1, perFile: 1 }],
    [3, 3, { atOnce: 3, perFile: 1 }],
    [4, 6, { atOnce: 4, perFile: 1 }],
    [8, 3, { atOnce: 3, perFile: 2 }],
    [8, 1, { atOnce: 1, perFile: 8 }],
  ])("%i for %i files: %j", async (connections, count, expected) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([echo]);
    let running = 0;
    let atOnce = 0;
    const perFile = new Set<number | undefined>();
    const watched = links(server.url, count).map((download) => ({
      ...download,
      async toFile(path: string, options?: FileOptions) {
        perFile.add(options?.connections);
        atOnce = Math.max(atOnce, ++running);
        const file = await download.toFile(path, options);
        running--;
        return file;
      },
    }));
    await setOf(watched).toDirectory(folder.path, { connections });
    expect({ atOnce, perFile: [...perFile] }).toEqual({ ...expected, perFile: [expected.perFile] });
  });
});

describe("[HTTP-19] a set that is incomplete", () => {
  it.each<[string, unknown, string]>([
    ["an error", new RangeError("no more links"), "f0: no more links The same call"],
    ["no error", "no more links", "f0: no more links The same call"],
  ])("names the first reason: %s", async (_, reason, words) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      answer(403, {}, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
    ]);
    const renew = (): Promise<string> => Promise.reject(reason);
    const saving = setOf([downloadLink({ url: server.url, retry: false, renew })]).toDirectory(folder.path);
    await expect(saving).rejects.toThrow(words);
  });
});

describe("[HTTP-19] what a set finds saved", () => {
  it.each<[string, Partial<JournalState>, boolean]>([
    ["the rest of its download goes", {}, false],
    ["the rest of another download stays", { source: "link://h/another" }, true],
    ["the marker of a file that comes only once stays", { repeat: "never", stage: "sent" }, true],
  ])("%s", async (_, change, stays) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([echo]);
    const set = setOf(links(server.url, 1));
    const { files } = await set.toDirectory(folder.path);
    const source = files[0]?.source ?? expect.unreachable();
    const { part, journal } = partialPaths(folder.path, source, "f0");
    await (await openJournal(journal, { source, stage: "publishing", ...change })).close();
    await writeFile(part, "file /0");
    expect((await set.toDirectory(folder.path)).files[0]?.attempts).toBe(0);
    const rest = (await folder.names()).filter((name) => name.startsWith(".cloudhaul"));
    expect(rest).toHaveLength(stays ? 2 : 0);
  });

  it("does not keep it from ending at an abort", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([echo]);
    const downloads = links(server.url, 1);
    await setOf(downloads).toDirectory(folder.path);
    const abort = new AbortController();
    const set = createDownloadSet({
      logger: createLogger(undefined),
      identity: async () => ({ service: "test", host: "h", ids: ["backup-1"] }),
      async list() {
        abort.abort("enough");
        return downloads.map((download) => ({ download, fileName: "f0" }));
      },
    });
    await expect(set.toDirectory(folder.path, { signal: abort.signal })).rejects.toBe("enough");
  });
});
