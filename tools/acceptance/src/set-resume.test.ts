import { readdirSync, readlinkSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type DownloadItem, downloadAll, downloadLink, IncompleteSetError } from "@cloudhaul/core-http";
import { createDdsBackupClient, type DdsBackupClient } from "@cloudhaul/dds-backup";
import {
  type Emulator,
  type EmulatorOptions,
  type RequestRecord,
  randomContent,
  startEmulator,
} from "@cloudhaul/emulator";
import { expect, it, onTestFinished } from "vitest";
import { environmentOf } from "./emulator-environment.ts";
import { hiddenFile } from "./journal-lines.ts";
import { startProgram } from "./killable-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { clientOptions } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const mebibyte = 1024 ** 2;
const backup = { instanceId: "instance", backupId: "backup" };
/** One file of the config servers, and one of each of three shards. */
const parts = ["config", "shard_1", "shard_2", "shard_3"];

interface Scene {
  readonly emulator: Emulator;
  readonly dds: DdsBackupClient;
  readonly folder: string;
  /** Every request that is over, with the time of its end. */
  readonly over: readonly { readonly record: RequestRecord; readonly endedAt: number }[];
}

async function setScene(bytes: number, options: EmulatorOptions = {}): Promise<Scene> {
  const over: { record: RequestRecord; endedAt: number }[] = [];
  const onRequest = (record: RequestRecord) => void over.push({ record, endedAt: Date.now() });
  const emulator = await startEmulator({ onRequest, ...options });
  const retry = { baseDelayMs: 1, maxDelayMs: 1 };
  const dds = createDdsBackupClient(clientOptions(emulator, { retry }));
  onTestFinished(async () => {
    await dds.close();
    await emulator.close();
  });
  const files = parts.map((part) => ({
    ...{ name: `${part}.tar.gz`, groupId: `id-${part}`, groupName: part },
    content: randomContent({ seed: part, bytes }),
  }));
  emulator.store.dds.addBackup({ ...backup, files });
  return { emulator, dds, folder: await temporaryFolder(), over };
}

const fileIn = (folder: string, part: string) => join(folder, part, `${part}.tar.gz`);
const isLinkCall = ({ path }: RequestRecord) => path.includes("/backups/download-file");
/** Requests for the file of this part. */
const asked = ({ emulator }: Scene, part: string) =>
  emulator.requests.filter(({ path }) => path.includes(`/${part}.tar.gz?`));

async function expectAllRight(folder: string, bytes: number): Promise<void> {
  for (const part of parts) {
    const wanted = await randomContent({ seed: part, bytes }).sha256();
    expect(await sha256OfFile(fileIn(folder, part)), part).toBe(wanted);
  }
  const files = await readdir(folder, { recursive: true });
  expect(files.filter((name) => name.includes(".cloudhaul-"))).toEqual([]);
}

it("[HTTP-57] a set that is killed goes on: what it saved stays, the file that was cut resumes, the rest follows", async () => {
  const bytes = 4 * mebibyte;
  const scene = await setScene(bytes);
  const { emulator, folder } = scene;
  emulator.faults.add({ match: "/shard_2.tar.gz?", bytesPerSecond: 2 * mebibyte });
  const call = {
    arguments: [backup.instanceId, backup.backupId, folder],
    env: environmentOf(emulator),
  };
  const program = join(import.meta.dirname, "save-backup.ts");
  const first = startProgram(program, call);
  while ((asked(scene, "shard_2")[0]?.bytesSent ?? 0) < bytes * 0.6) await sleep(5);
  first.kill();
  await first.ended;
  expect(await hiddenFile(join(folder, "shard_2"), "part")).toBeDefined();

  const { exitCode, stdout, stderr } = await startProgram(program, call).ended;
  expect(exitCode, stderr).toBe(0);
  const files = JSON.parse(stdout) as { path: string; attempts: number; resumedFromByte: number }[];
  expect(files.map(({ path }) => path)).toEqual(parts.map((part) => fileIn(folder, part)));
  expect(files.map(({ attempts }) => attempts)).toEqual([0, 0, 1, 1]);
  expect(files[2]?.resumedFromByte).toBeGreaterThan(bytes / 4);
  expect(parts.map((part) => asked(scene, part).length)).toEqual([1, 1, 2, 1]);
  const resumed = asked(scene, "shard_2")[1];
  expect(resumed).toMatchObject({ status: 206, headers: { range: `bytes=${files[2]?.resumedFromByte}-` } });
  expect(resumed?.headers["if-match"]).toMatch(/^"[0-9a-f]{32}"$/);
  await expectAllRight(folder, bytes);
});

it("[HTTP-58] a file that fails does not stop the rest; the error names it, and the same call gets it alone", async () => {
  const scene = await setScene(mebibyte);
  const { emulator, dds, folder } = scene;
  emulator.faults.add({ match: "/shard_1.tar.gz?", times: 99, answer: { status: 404 } });
  const error = await dds
    .downloadBackup(backup)
    .toDirectory(folder, { connections: 2 })
    .catch((reason: unknown) => reason);
  expect(IncompleteSetError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({
    code: "SET_INCOMPLETE",
    failures: [{ name: join("shard_1", "shard_1.tar.gz"), error: { code: "SERVICE_NOT_FOUND" } }],
    saved: ["config", "shard_2", "shard_3"].map((part) => ({ path: fileIn(folder, part) })),
  });
  expect(String(error)).toContain("shard_1.tar.gz");
  emulator.faults.clear();
  const { files } = await dds.downloadBackup(backup).toDirectory(folder);
  expect(files.map(({ attempts }) => attempts)).toEqual([0, 1, 0, 0]);
  await expectAllRight(folder, mebibyte);
});

it("[HTTP-58] with stopOnError the first failure ends the set", async () => {
  const scene = await setScene(mebibyte);
  scene.emulator.faults.add({ match: "/shard_1.tar.gz?", times: 99, answer: { status: 404 } });
  const saving = scene.dds.downloadBackup(backup).toDirectory(scene.folder, { stopOnError: true });
  await expect(saving).rejects.toMatchObject({ code: "SERVICE_NOT_FOUND" });
  expect(parts.map((part) => asked(scene, part).length)).toEqual([1, 1, 0, 0]);
  expect(await publishedFiles(join(scene.folder, "config"))).toHaveLength(1);
});

it("[HTTP-59] a saved file that was changed since is fetched anew only where overwrite allows it", async () => {
  const scene = await setScene(mebibyte);
  const { dds, folder } = scene;
  await dds.downloadBackup(backup).toDirectory(folder);
  const changed = fileIn(folder, "shard_3");
  for (const overwrite of [true, "if-different"] as const) {
    // As long as before, so that only its digest shows it.
    await writeFile(changed, Buffer.alloc(mebibyte));
    await expect(dds.downloadBackup(backup).toDirectory(folder)).rejects.toMatchObject({
      code: "SET_INCOMPLETE",
      failures: [{ name: join("shard_3", "shard_3.tar.gz"), error: { code: "TARGET_EXISTS" } }],
    });
    expect((await readFile(changed)).equals(Buffer.alloc(mebibyte))).toBe(true);
    const { files } = await dds.downloadBackup(backup).toDirectory(folder, { overwrite });
    expect(files.map(({ attempts }) => attempts)).toEqual([0, 0, 0, 1]);
    await expectAllRight(folder, mebibyte);
  }
  expect(parts.map((part) => asked(scene, part).length)).toEqual([1, 1, 1, 3]);
});

it("[HTTP-60] links that live two seconds are renewed for all files at once, and none is used when it is over", async () => {
  const bytes = 3 * mebibyte;
  const scene = await setScene(bytes, { linkLifeSeconds: 2 });
  const { emulator, dds, folder, over } = scene;
  const slow = { bytesPerSecond: mebibyte };
  // All are cut when their links are over, and the answer with fresh ones takes its time.
  for (const part of parts) {
    emulator.faults.add({
      match: `/${part}.tar.gz?`,
      ...slow,
      cut: { afterBytes: 2.25 * mebibyte, by: "end" },
    });
  }
  emulator.faults.add({ match: "/backups/download-file", skip: 1, times: 99, delayMs: 150 });
  await dds.downloadBackup(backup).toDirectory(folder, { connections: 4 });
  await expectAllRight(folder, bytes);
  expect(parts.map((part) => asked(scene, part).length)).toEqual([2, 2, 2, 2]);

  const calls = over.filter(({ record }) => isLinkCall(record));
  expect(calls.length).toBeGreaterThan(1);
  for (const [index, { record }] of calls.entries()) {
    expect(record.at.getTime()).toBeGreaterThanOrEqual(calls[index - 1]?.endedAt ?? 0);
  }
  for (const { record } of over.filter(({ record: one }) => !isLinkCall(one))) {
    const expires = Number(new URL(record.path, emulator.url).searchParams.get("Expires"));
    expect(record.at.getTime()).toBeLessThan(expires * 1000);
    expect([200, 206]).toContain(record.status);
  }
});

/** What this process has open: files of the folder, and sockets, the emulator's ends of them too. */
function openIn(folder: string): { readonly files: number; readonly sockets: number } {
  const targets = readdirSync("/proc/self/fd").map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return ""; // closed between the two looks
    }
  });
  const count = (start: string) => targets.filter((target) => target.startsWith(start)).length;
  return { files: count(folder), sockets: count("socket:") };
}

it("[HTTP-61] of two hundred downloads no more than asked for run at a time, and the outcomes are in their order", async () => {
  const { emulator, folder } = await setScene(mebibyte);
  const concurrency = 8;
  const missing = new Set([0, 77, 199]);
  const items: DownloadItem[] = Array.from({ length: 200 }, (_, index) => {
    const key = `${index}.bin`;
    const content = randomContent({ seed: key, bytes: 20_000 + index });
    if (!missing.has(index)) emulator.store.obs.put("bucket", key, content);
    const download = downloadLink({ url: emulator.store.obs.link("bucket", key), retry: false });
    return { download, path: join(folder, key) };
  });
  emulator.faults.add({ times: items.length, delayMs: 10 });
  const before = openIn(folder).sockets;
  const most = { files: 0, sockets: 0 };
  const timer = setInterval(() => {
    const { files, sockets } = openIn(folder);
    most.files = Math.max(most.files, files);
    most.sockets = Math.max(most.sockets, sockets - before);
  }, 2);
  const outcomes = await downloadAll(items, { concurrency }).finally(() => clearInterval(timer));
  expect(outcomes.map(({ path }) => path)).toEqual(items.map(({ path }) => path));
  for (const [index, { file, error }] of outcomes.entries()) {
    if (missing.has(index)) expect(error).toMatchObject({ code: "SERVICE_NOT_FOUND" });
    else expect(file).toMatchObject({ bytes: 20_000 + index });
  }
  expect(await publishedFiles(folder)).toHaveLength(197);
  console.log(`At most ${most.files} files and ${most.sockets} ends of sockets open.`);
  expect(most.sockets).toBeGreaterThan(2);
  expect(most.sockets).toBeLessThanOrEqual(2 * concurrency);
  // Of each: its bytes, its journal, and for a moment a lock or the folder.
  expect(most.files).toBeGreaterThan(2);
  expect(most.files).toBeLessThanOrEqual(3 * concurrency);
  expect(openIn(folder).files).toBe(0);
});
