import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { expect, it, vi } from "vitest";
import { objectAnswer } from "./__fixtures__/object-server.ts";
import { answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { ownClaim } from "./claim.ts";
import { mayRemain } from "./drafts.ts";
import { downloadLink } from "./index.ts";
import { openJournal } from "./journal.ts";
import { partialPaths } from "./partial-paths.ts";

/** What happens to whom looks into a folder. */
const looking = vi.hoisted(() => ({ into: "", step: async (): Promise<void> => {} }));
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const look = async (path: string): Promise<string[]> => {
    if (path === looking.into) await looking.step();
    return fs.readdir(path);
  };
  return { ...fs, readdir: look };
});

it("[HTTP-13] a file whose writer lives, and is about to remove its draft, is taken, and the draft stays", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, {}, "whole")]);
  const path = folder.file("a");
  const { draft } = partialPaths(folder.path, `link://127.0.0.1:${server.port}/a`, "a");
  const living = draft + (await ownClaim());
  await writeFile(living, "whole");
  await link(living, path);
  const download = downloadLink({ url: `${server.url}/a` });
  await expect(download.toFile(path)).rejects.toMatchObject({ code: "TARGET_EXISTS", path });
  expect(await readFile(living, "utf8")).toBe("whole");
});

it("[HTTP-26] a look into the folder that fails is no matter of a download that holds its lock", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, {}, "whole")]);
  const hasLock = (): boolean => readdirSync(folder.path).some((name) => name.endsWith(".lock"));
  const step = async (): Promise<void> => {
    await expect.poll(hasLock).toBe(true);
    await sleep(100); // that download is at the point where it asks what this look has found
    throw Object.assign(new Error("too many files"), { code: "EMFILE", syscall: "scandir" });
  };
  Object.assign(looking, { into: folder.path, step });
  const looks = downloadLink({ url: `${server.url}/b` }).toFile(folder.file("b"));
  const failed = expect(looks).rejects.toMatchObject({ name: "FileSystemError", path: folder.path });
  const download = downloadLink({ url: `${server.url}/a` });
  const saved = await download.toFile(folder.file("a"), { overwrite: "if-different" });
  expect(saved).toMatchObject({ bytes: 5 });
  await failed;
  looking.into = "";
  expect(existsSync(folder.file("a"))).toBe(true);
  expect(await readdir(folder.path)).toEqual(["a"]);
  expect(await downloadLink({ url: `${server.url}/b` }).toFile(folder.file("b"))).toMatchObject({ bytes: 5 });
});

it("[HTTP-50] a folder is looked into once a minute, and what killed processes have left of small files goes", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, {}, "whole")]);
  const { draft } = partialPaths(folder.path, "link://h/x", "x");
  const dead = `${draft}${2 ** 22 + 1}--0123456789abcdef@${encodeURIComponent(hostname())}`;
  const save = (name: string) => downloadLink({ url: server.url }).toFile(folder.file(name));
  await save("a");
  await writeFile(dead, "whole");
  await save("b");
  expect(existsSync(dead)).toBe(true);
  const now = performance.now() + 61_000;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  await save("c");
  clock.mockRestore();
  expect(await folder.names()).toEqual(["a", "b", "c"]);
});

it("[HTTP-56] what was seen of folders is kept of the last hundred", async () => {
  await using folder = await makeTemporaryFolder();
  let looks = 0;
  const step = async (): Promise<void> => {
    looks++;
  };
  Object.assign(looking, { into: folder.path, step });
  await mayRemain(folder.path, []);
  for (let other = 1; other < 100; other++) await mayRemain(folder.file(String(other)), []);
  await mayRemain(folder.path, []);
  expect(looks).toBe(1);
  await mayRemain(folder.file("100"), []);
  await mayRemain(folder.path, []);
  looking.into = "";
  expect(looks).toBe(2);
});

/** A file that was saved by a process that was killed before it removed the draft. */
async function leaveNamed(folder: TemporaryFolder, url: string, draftOf = url): Promise<string> {
  const { draft } = partialPaths(folder.path, draftOf.replace(/^http/, "link"), "a");
  const dead = `${draft}${2 ** 22 + 1}--0123456789abcdef@${encodeURIComponent(hostname())}`; // beyond the last pid
  await writeFile(dead, "whole");
  await link(dead, folder.file("a"));
  return dead;
}

it.each([
  ["compute", createHash("sha256").update("whole").digest("hex")],
  [createHash("sha256").update("whole").digest("hex"), createHash("sha256").update("whole").digest("hex")],
  ["off", undefined],
])(
  "[HTTP-27] a small file that was named before its process was killed is handed over, with a sha256 %s",
  async (wanted, sha256) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "whole")]);
    await leaveNamed(folder, `${server.url}/a`);
    const saved = await downloadLink({ url: `${server.url}/a` }).toFile(folder.file("a"), { sha256: wanted });
    expect(saved).toMatchObject({ bytes: 5, attempts: 0, sha256 });
    expect(server.requests).toHaveLength(0);
    expect(await folder.names()).toEqual(["a"]);
  },
);

it("[HTTP-13] but not where another file is asked for, by its digest or by its place, or one stands in its place", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, {}, "whole")]);
  const url = `${server.url}/a`;
  const taken = { code: "TARGET_EXISTS", path: folder.file("a") };
  const draft = await leaveNamed(folder, url);
  const sha256 = "0".repeat(64);
  await expect(downloadLink({ url }).toFile(folder.file("a"), { sha256 })).rejects.toMatchObject(taken);
  await rm(folder.file("a"));
  await rm(draft);
  const others = await leaveNamed(folder, url, `${server.url}/b`);
  await expect(downloadLink({ url }).toFile(folder.file("a"))).rejects.toMatchObject(taken);
  await rm(others);
  await rm(folder.file("a"));
  await leaveNamed(folder, url);
  await rm(folder.file("a"));
  await writeFile(folder.file("a"), "mine!");
  await expect(downloadLink({ url }).toFile(folder.file("a"))).rejects.toMatchObject(taken);
  expect(await readFile(folder.file("a"), "utf8")).toBe("mine!");
});

it("[HTTP-26] a small file is not asked for while another process holds its lock", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([answer(200, {}, "whole")]);
  const url = `${server.url}/a`;
  const { lock } = partialPaths(folder.path, url.replace(/^http/, "link"), "a");
  await mkdir(lock);
  await writeFile(join(lock, `${process.ppid}--0123456789abcdef@${encodeURIComponent(hostname())}`), "");
  await expect(downloadLink({ url }).toFile(folder.file("a"))).rejects.toMatchObject({ code: "TARGET_BUSY" });
  expect(server.requests).toHaveLength(0);
});

it("[HTTP-25] a small file of which an earlier run left a part is gone on with", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([objectAnswer(Buffer.from("whole"), { etag: '"e"' })]);
  const url = `${server.url}/a`;
  const source = url.replace(/^http/, "link");
  const { journal, part } = partialPaths(folder.path, source, "a");
  await writeFile(part, "who");
  const written = { bytes: 3, crc32: crc32("who") };
  const validators = { etag: '"e"', totalBytes: 5 };
  await (await openJournal(journal, { source, stage: "transfer", validators, written })).close();
  const saved = await downloadLink({ url }).toFile(folder.file("a"));
  expect(saved).toMatchObject({ bytes: 5, resumedFromByte: 3 });
  expect(await folder.names()).toEqual(["a"]);
});
