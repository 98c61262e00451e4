import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { link, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { killAtStep } from "./__fixtures__/kill-at-step.ts";
import { cutObject, objectAnswer, silentObject } from "./__fixtures__/object-server.ts";
import { startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { ownClaim } from "./claim.ts";
import {
  createDownload,
  createHttpSettings,
  createLinkSource,
  type Download,
  downloadLink,
  findLeftovers,
  type Leftover,
  removeLeftover,
} from "./index.ts";
import { openJournal } from "./journal.ts";
import { partialPaths } from "./partial-paths.ts";

const body = createHash("shake256", { outputLength: 900_000 }).update("leftovers").digest();

/** A new plan each time, as a new process would make it. */
function onceOnly(url: string): Download {
  const settings = createHttpSettings({ retry: false });
  const source = createLinkSource(url, { operation: "DownloadAssetArchive", settings, content: "unknown" });
  return createDownload({ ...source, repeat: "never" });
}

async function onlyLeftover(folder: string): Promise<Leftover> {
  const found = await findLeftovers(folder);
  expect(found).toHaveLength(1);
  return found[0] ?? expect.unreachable();
}

/** A claim of a process that was there, and is no more. */
async function deadClaim(): Promise<string> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return `${child.pid}--0123456789abcdef@${encodeURIComponent(hostname())}`;
}

describe("[HTTP-113] what a download leaves that is killed at any step", () => {
  it.each([
    ["small", body.subarray(0, 300_000)],
    ["long", body],
  ] as const)(
    "is found and removed, of a %s file",
    async (_, content) => {
      await using folder = await makeTemporaryFolder();
      await using server = await startScriptedServer([objectAnswer(content, { etag: '"e"' })]);
      let mostBytes = 0;
      let isThrough = false;
      let steps = 0;
      const worker = async (): Promise<void> => {
        while (!isThrough) {
          const step = ++steps;
          const own = folder.file(String(step));
          await mkdir(own);
          isThrough ||= !(await killAtStep(step, server.url, join(own, "a")));
          const found = await findLeftovers(own);
          for (const leftover of found) {
            expect(leftover, `step ${step}`).toMatchObject({ state: "stale" });
            mostBytes = Math.max(mostBytes, leftover.bytes);
            expect(await removeLeftover(leftover), `step ${step}`).toBe(true);
          }
          const left = (await folder.names()).filter((name) => name.startsWith(`${step}/`));
          expect([`${step}/a`], `step ${step}`).toEqual(expect.arrayContaining(left));
          if (left.length > 0) expect(content.equals(await readFile(join(own, "a")))).toBe(true);
        }
      };
      await Promise.all([worker(), worker(), worker()]);
      expect(steps).toBeGreaterThan(8);
      expect(mostBytes).toBeGreaterThanOrEqual(content.length); // all of it, and a journal perhaps
    },
    60_000,
  );
});

describe("[HTTP-113] leftovers of an interrupted download", () => {
  it("tell what it was, and how much is to be gained", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutObject(body, 700_000, { etag: '"e"' })]);
    const download = downloadLink({ url: `${server.url}/a?secret=1`, retry: false });
    await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ name: "TransportError" });
    const leftover = await onlyLeftover(folder.path);
    expect(leftover).toMatchObject({ state: "stale" });
    expect(leftover.source).toMatch(/^link:\/\/127\.0\.0\.1:\d+\/a\/[0-9a-f]+$/);
    expect(leftover.bytes).toBeGreaterThan(700_000);
    expect(leftover.paths.map((path) => path.slice(path.lastIndexOf(".")))).toEqual([".part", ".journal"]);
    expect(await removeLeftover(leftover)).toBe(true);
    expect(await folder.names()).toEqual([]);
  });

  it("are left alone while a download runs, also one that began after they were found", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      cutObject(body, 700_000, { etag: '"e"' }),
      silentObject(body, { etag: '"e"' }),
    ]);
    const download = downloadLink({ url: `${server.url}/a`, retry: false });
    await download.toFile(folder.file("a")).catch(() => {});
    const found = await onlyLeftover(folder.path);
    const abort = new AbortController();
    const running = download.toFile(folder.file("a"), { signal: abort.signal }).catch((error) => error);
    await expect.poll(() => server.requests.length).toBe(2);
    expect(await removeLeftover(found)).toBe(false);
    expect(await onlyLeftover(folder.path)).toMatchObject({ state: "in-use" });
    const impatient = new AbortController();
    const removing = removeLeftover(found, { signal: impatient.signal });
    await import("./clear-leftovers.ts"); // it has begun
    impatient.abort("at once");
    await expect(removing).rejects.toBe("at once");
    abort.abort("enough");
    expect(await running).toBe("enough");
    expect(await removeLeftover(found)).toBe(true);
    expect(await folder.names()).toEqual([]);
  });

  it("spoil no download that comes while they are removed", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body, { etag: '"e"' })]);
    const download = downloadLink({ url: `${server.url}/a` });
    let saved = 0;
    for (let turn = 0; turn < 20; turn++) {
      const cleaning = async (): Promise<void> => {
        for (const leftover of await findLeftovers(folder.path)) await removeLeftover(leftover);
      };
      const [run] = await Promise.allSettled([
        download.toFile(folder.file("a"), { overwrite: true }),
        cleaning(),
        cleaning(),
      ]);
      if (run.status === "fulfilled") saved++;
      else expect(run.reason).toMatchObject({ code: "TARGET_BUSY" });
    }
    expect(saved).toBeGreaterThan(0);
    expect(body.equals(await readFile(folder.file("a")))).toBe(true);
    expect(await folder.names()).toEqual(["a"]);
  });
});

describe("[HTTP-113] of a file that comes only once", () => {
  it("what a cut has left, and the marker of what was saved, are told apart from the rest", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutObject(body, 700_000), objectAnswer(body)]);
    const failed = onceOnly(`${server.url}/cut`).toFile(folder.file("cut/"));
    await expect(failed).rejects.toMatchObject({ code: "ONCE_ONLY" });
    await onceOnly(`${server.url}/saved`).toFile(folder.file("saved/"));
    for (const name of ["cut", "saved"])
      expect(await onlyLeftover(folder.file(name))).toMatchObject({ state: "once-only" });
    expect(await removeLeftover(await onlyLeftover(folder.file("saved")))).toBe(true);
    expect(await folder.names()).not.toContainEqual(expect.stringMatching(/^saved\/\./));
    expect(await folder.names()).toContain("saved/saved");
  });

  const once = { source: "roma://h/i/a", repeat: "never" } as const;
  it("a journal says so until it is gone, also one that was written anew", async () => {
    await using folder = await makeTemporaryFolder();
    const { journal: path } = partialPaths(folder.path, once.source, undefined);
    const journal = await openJournal(path, { ...once, stage: "source" });
    expect(await onlyLeftover(folder.path)).toMatchObject({ state: "stale", source: once.source });
    const before = await onlyLeftover(folder.path);
    await journal.record({ stage: "sent" });
    for (let line = 0; line < 2100; line++) await journal.record({ written: { bytes: line, crc32: 0 } });
    await journal.close();
    expect(await onlyLeftover(folder.path)).toMatchObject({ state: "once-only", source: once.source });
    // Found when nothing was asked for yet, and it was since.
    expect(await removeLeftover(before)).toBe(false);
    expect(await folder.names()).toHaveLength(1);
  });

  it("a journal that cannot be read may be such a marker", async () => {
    await using folder = await makeTemporaryFolder();
    const { journal } = partialPaths(folder.path, once.source, undefined);
    await writeFile(journal, JSON.stringify({ formatVersion: 99, source: "?" }));
    expect(await onlyLeftover(folder.path)).toMatchObject({ state: "once-only", source: undefined });
  });
});

describe("[HTTP-113] leftovers in a folder", () => {
  it("are locks, drafts of journals, and drafts of what is written in one piece, but not of the living", async () => {
    await using folder = await makeTemporaryFolder();
    const { lock, draft } = partialPaths(folder.path, "a", "a");
    const dead = await deadClaim();
    await mkdir(lock);
    await writeFile(join(lock, dead), "");
    await writeFile(`${partialPaths(folder.path, "b", "b").journal}.new`, "{");
    await writeFile(draft + dead, Buffer.alloc(5000));
    const living = draft + (await ownClaim());
    await writeFile(living, Buffer.alloc(6000));
    const found = await findLeftovers(folder.path);
    expect(found.map(({ state, bytes }) => `${state} ${bytes}`).sort()).toEqual([
      "in-use 6000",
      "stale 0",
      "stale 1",
      "stale 5000",
    ]);
    for (const leftover of found) expect(await removeLeftover(leftover)).toBe(leftover.state === "stale");
    expect(await folder.names()).toEqual([basename(living)]);
  });

  it("are stale where a lock holds somebody else's file alone", async () => {
    await using folder = await makeTemporaryFolder();
    const { lock, part } = partialPaths(folder.path, "a", "a");
    await mkdir(lock);
    await writeFile(join(lock, ".DS_Store"), "");
    await writeFile(part, "12345");
    const leftover = await onlyLeftover(folder.path);
    expect(leftover).toMatchObject({ state: "stale", bytes: 5, paths: [part, lock] });
    expect(await removeLeftover(leftover)).toBe(true);
    expect(await folder.names()).toEqual([basename(lock), join(basename(lock), ".DS_Store")]);
  });

  it("take no room where the file has its name already", async () => {
    await using folder = await makeTemporaryFolder();
    const { part } = partialPaths(folder.path, "a", "a");
    await writeFile(part, "12345");
    await link(part, folder.file("a"));
    expect(await onlyLeftover(folder.path)).toMatchObject({ state: "stale", bytes: 0, paths: [part] });
  });

  it("are none that have gone by the time they are looked at", async () => {
    await using folder = await makeTemporaryFolder();
    await symlink("nothing", partialPaths(folder.path, "a", "a").part);
    expect(await findLeftovers(folder.path)).toEqual([]);
  });

  it("are nothing of the user's, and nothing in folders below", async () => {
    await using folder = await makeTemporaryFolder();
    const mine = ["a.zip", ".cloudhaul-notes", "b-1.manifest.json", ".cloudhaul-aaaa.part", "x.journal.new"];
    for (const name of mine) await writeFile(folder.file(name), "mine");
    await mkdir(folder.file("below"));
    await writeFile(partialPaths(folder.file("below"), "a", "a").part, "");
    expect(await findLeftovers(folder.path)).toEqual([]);
    const forged = { state: "stale", source: undefined, paths: [folder.file("a.zip")], bytes: 0 } as const;
    expect(await removeLeftover(forged)).toBe(false);
    expect(await folder.names()).toHaveLength(mine.length + 2);
  });

  it("are none of a folder that is none, or after an abort", async () => {
    await using folder = await makeTemporaryFolder();
    await writeFile(folder.file("file"), "");
    await expect(findLeftovers(folder.file("none"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(findLeftovers(folder.file("file"))).rejects.toMatchObject({ code: "NOT_A_DIRECTORY" });
    const signal = AbortSignal.abort("enough");
    await expect(findLeftovers(folder.path, { signal })).rejects.toBe("enough");
    await expect(findLeftovers(folder.file("none"), { signal })).rejects.toBe("enough");
    const { draft } = partialPaths(folder.path, "a", "a");
    await writeFile(draft + (await deadClaim()), "");
    const leftover = await onlyLeftover(folder.path);
    await expect(removeLeftover(leftover, { signal })).rejects.toBe("enough");
    const ending = new AbortController();
    const finding = findLeftovers(folder.path, { signal: ending.signal });
    await import("./clear-leftovers.ts"); // it has begun
    ending.abort("in the middle");
    await expect(finding).rejects.toBe("in the middle");
    expect(await findLeftovers(folder.path)).toHaveLength(1);
  });
});
