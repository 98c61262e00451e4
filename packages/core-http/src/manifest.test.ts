import { mkdir, readFile, writeFile } from "node:fs/promises";
import { afterEach, expect, it, vi } from "vitest";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { type Manifest, readManifest, writeManifest } from "./manifest.ts";

/** What is done to the manifest, in order. */
const steps = vi.hoisted(() => ({ done: [] as string[] }));
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const open: typeof fs.open = async (...args) => {
    const handle = await fs.open(...args);
    const { sync, close } = handle;
    handle.sync = () => sync.call(handle).then(() => void steps.done.push("sync"));
    handle.close = () => close.call(handle).then(() => void steps.done.push("close"));
    return handle;
  };
  const rename: typeof fs.rename = (from, to) =>
    fs.rename(from, to).then(() => void steps.done.push("rename"));
  return { ...fs, open, rename };
});

afterEach(() => {
  steps.done = [];
});

const manifest = (bytes: number): Manifest => ({
  source: "set://h/1",
  files: [{ name: "a", bytes, source: "link://h/a" }],
});

it("[HTTP-57] a manifest is on the disk before it takes the former one's place", async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.file("m.json");
  await writeManifest(path, manifest(1));
  expect(steps.done).toEqual(["sync", "close", "rename"]);
  expect(await readManifest(path)).toMatchObject(manifest(1));
  await writeManifest(path, manifest(2));
  expect(await readManifest(path)).toMatchObject(manifest(2));
  expect(await folder.names()).toEqual(["m.json"]);
});

it("[HTTP-57] of several that are written at once one is there, whole", async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.file("m.json");
  await Promise.all([1, 22, 333, 4444].map((bytes) => writeManifest(path, manifest(bytes))));
  expect([1, 22, 333, 4444]).toContain((await readManifest(path))?.files[0]?.bytes);
  expect(await folder.names()).toEqual(["m.json"]);
});

it("[HTTP-57] one that cannot be written leaves nothing", async () => {
  await using folder = await makeTemporaryFolder();
  await mkdir(folder.file("m.json/below"), { recursive: true });
  const path = folder.file("m.json");
  await expect(writeManifest(path, manifest(1))).rejects.toMatchObject({ name: "FileSystemError", path });
  expect(await folder.names()).toEqual(["m.json", "m.json/below"]);
  await expect(readManifest(path)).rejects.toMatchObject({ code: "IS_A_DIRECTORY", path });
});

it.each(["", "{", "[]", '{"formatVersion":2,"source":"s","files":[]}', '{"formatVersion":1,"source":"s"}'])(
  "[HTTP-57] %j is none that this version understands, and stays as it is",
  async (text) => {
    await using folder = await makeTemporaryFolder();
    await writeFile(folder.file("m.json"), text);
    expect(await readManifest(folder.file("m.json"))).toBeUndefined();
    expect(await readManifest(folder.file("none.json"))).toBeUndefined();
    expect(await readFile(folder.file("m.json"), "utf8")).toBe(text);
  },
);
