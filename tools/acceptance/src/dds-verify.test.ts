import { createWriteStream } from "node:fs";
import { copyFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type BackupCheck, createDdsBackupClient, verifyBackup } from "@cloudhaul/dds-backup";
import { lz4TarContent, randomContent, startEmulator } from "@cloudhaul/emulator";
import { compressFrameSync } from "lz4-napi";
import { expect, it, onTestFinished } from "vitest";
import { bytesOf } from "./content-bytes.ts";
import { runProgram } from "./run-program.ts";
import { clientOptions } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const mebibyte = 1024 ** 2;
const program = join(import.meta.dirname, "check-backup.ts");

/** Checks files in a process of its own, after a small one. */
async function checkApart(paths: readonly string[], folder: string) {
  const small = join(folder, "small.lz4");
  await writeFile(small, compressFrameSync(await bytesOf(lz4TarContent({ seed: "small", bytes: 1000 }))));
  const { stdout, stderr } = await runProgram(program, { arguments: [small, ...paths] });
  expect(stderr).toBe("");
  const { checks, grownBytes } = JSON.parse(stdout) as { checks: BackupCheck[]; grownBytes: number };
  return { checks, grownMib: Math.round(grownBytes / mebibyte) };
}

/** A tar with one file in many compressed frames, made from one that is repeated. */
async function* compressedTar(mebibytes: number): AsyncGenerator<Uint8Array> {
  const stored = lz4TarContent({ seed: "header", bytes: mebibytes * mebibyte, entries: 1 });
  const header: Uint8Array[] = [];
  for await (const chunk of stored.stream(11, 11 + 512)) header.push(chunk); // behind the headers of frame and block
  yield compressFrameSync(Buffer.concat(header));
  const noise = await bytesOf(randomContent({ seed: "half", bytes: 2 * mebibyte }));
  const frame = compressFrameSync(Buffer.concat([noise, Buffer.alloc(2 * mebibyte)]), {
    contentChecksum: true,
  });
  for (let at = 0; at < mebibytes; at += 4) yield frame;
  yield compressFrameSync(Buffer.alloc(1024));
}

it.each([
  [
    "stored",
    (mebibytes: number) => lz4TarContent({ seed: "big", bytes: mebibytes * mebibyte, entries: 1 }).stream(),
  ],
  ["compressed", compressedTar],
])("[DDS-25] memory does not grow with a file that is %s", async (kind, bytesIn) => {
  const folder = await temporaryFolder();
  const grown: number[] = [];
  for (const mebibytes of [256, 1024]) {
    const path = join(folder, `${mebibytes}.lz4`);
    await pipeline(Readable.from(bytesIn(mebibytes)), createWriteStream(path));
    const { checks, grownMib } = await checkApart([path], folder);
    expect(checks).toMatchObject([{ isWhole: true, entries: 1 }]);
    grown.push(grownMib);
  }
  console.log(`${kind}: memory grew by ${grown[0]} MiB for 256 MiB, and by ${grown[1]} MiB for 1 GiB.`);
  expect(Math.max(...grown)).toBeLessThanOrEqual(60);
});

it("[DDS-23] says of each saved file what became of it", async () => {
  const emulator = await startEmulator();
  const dds = createDdsBackupClient(clientOptions(emulator));
  onTestFinished(async () => {
    await dds.close();
    await emulator.close();
  });
  const parts = ["config", "shard_1"];
  const files = parts.map((part) => ({
    ...{ name: `${part}.tar.gz`, groupId: part, groupName: part },
    content: lz4TarContent({ seed: part, bytes: 9 * mebibyte, entries: 4 }),
  }));
  const folder = await temporaryFolder();
  const saved = await dds.downloadBackup(emulator.store.dds.addBackup({ files })).toDirectory(folder);
  for (const { path, bytes } of saved.files) {
    expect(await verifyBackup(path)).toEqual({ path, bytes, isWhole: true, entries: 4 });
    const cut = `${path}.cut`;
    await copyFile(path, cut);
    await truncate(cut, bytes - 1000);
    expect(await verifyBackup(cut)).toMatchObject({
      isWhole: false,
      problem: expect.stringContaining("it was cut"),
    });
  }
});
