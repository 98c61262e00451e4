import { existsSync, readdirSync } from "node:fs";
import { link, readdir, readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { ownClaim } from "./claim.ts";
import { downloadLink } from "./index.ts";
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
});
