import { mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { type ExpectedFiles, verifyFiles, writeSeededFile } from "./served-files.ts";

let folder: string;
let expected: ExpectedFiles;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloudhaul-served-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  expected = new Map([["a.bin", await writeSeededFile(folder, "a.bin", 5_000_000)]]);
});
const path = (name: string) => join(folder, name);

it("takes what was served", async () => {
  expect(expected.get("a.bin")?.bytes).toBe(5_000_000);
  await expect(verifyFiles(folder, expected)).resolves.toBeUndefined();
});

it("gives files of different names different bytes", async () => {
  const other = await writeSeededFile(folder, "b.bin", 5_000_000);
  expect(other.sha256).not.toBe(expected.get("a.bin")?.sha256);
});

const damages = [
  ["a short file", () => truncate(path("a.bin"), 4_999_999), "4999999 bytes, not 5000000"],
  ["other bytes", () => writeFile(path("a.bin"), Buffer.alloc(1), { flag: "r+" }), "other bytes"],
  ["a missing file", () => rm(path("a.bin")), "1 files are missing: a.bin"],
  ["something left behind", () => writeFile(path("a.bin.part"), ""), "left behind: a.bin.part"],
  ["another name", () => rename(path("a.bin"), path("b.bin")), "left behind: b.bin"],
] as const;

it.each(damages)("refuses %s", async (_, damage, message) => {
  await damage();
  await expect(verifyFiles(folder, expected)).rejects.toThrow(message);
});
