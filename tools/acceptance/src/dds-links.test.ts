import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type RequestRecord, randomContent, startEmulator } from "@cloudhaul/emulator";
import { expect, it, onTestFinished } from "vitest";
import { environmentOf } from "./emulator-environment.ts";
import { startProgram } from "./killable-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const mebibyte = 1024 ** 2;
const megabyte = 1_000_000;
const ids = { instanceId: "instance", backupId: "backup" };
/** One file of the config servers, and one of each of three shards. */
const parts = ["config", "shard_1", "shard_2", "shard_3"];

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** The most calls for links that were under way at a time. */
function mostAtOnce(calls: readonly { readonly at: number; readonly endedAt: number }[]): number {
  const counts = calls.map(({ at }) => calls.filter((one) => one.at <= at && one.endedAt > at).length);
  return Math.max(...counts);
}

it("[DDS-12] a cluster's backup of 1.2 GB comes whole through links of three seconds and connections that break", async () => {
  const calls: { at: number; endedAt: number }[] = [];
  const emulator = await startEmulator({
    linkLifeSeconds: 3,
    onRequest: ({ path, at }: RequestRecord) => {
      if (path.includes("/backups/download-file")) calls.push({ at: at.getTime(), endedAt: Date.now() });
    },
  });
  onTestFinished(() => emulator.close());
  const files = parts.map((part) => ({
    ...{ name: `${part}.tar.gz`, groupId: `id-${part}`, groupName: part },
    content: randomContent({ seed: part, bytes: 300 * megabyte }),
  }));
  emulator.store.dds.addBackup({ ...ids, files });
  emulator.faults.add({
    match: /\.tar\.gz\?/,
    times: Number.MAX_SAFE_INTEGER,
    bytesPerSecond: 10 * mebibyte,
    cutEveryBytes: 40 * megabyte,
  });
  const folder = await temporaryFolder();
  // In a process of its own, so that the two do not take each other's time.
  const { exitCode, stdout, stderr } = await startProgram(join(import.meta.dirname, "save-backup.ts"), {
    arguments: [ids.instanceId, ids.backupId, folder, "4"],
    env: environmentOf(emulator),
    timeoutMs: 150_000,
  }).ended;
  expect(exitCode, stderr).toBe(0);

  const saved = JSON.parse(stdout) as { path: string; sha256: string }[];
  for (const [index, { content }] of files.entries()) {
    const { path = "", sha256 } = saved[index] ?? {};
    const part = parts[index] ?? "";
    expect(path).toBe(join(folder, part, `${part}.tar.gz`));
    expect([sha256, await sha256Of(path)]).toEqual([await content.sha256(), await content.sha256()]);
  }

  const uses = emulator.store.obs.linkUses;
  const late = uses.filter(
    ({ at, expiresAt, verdict }) => verdict !== "good" || !expiresAt || at > expiresAt,
  );
  expect(late).toEqual([]);
  const requests = emulator.requests.filter(({ path }) => path.includes(".tar.gz?"));
  const most = Math.max(...requests.map(({ bytesSent }) => bytesSent));
  expect(most).toBeLessThanOrEqual(40 * megabyte);
  const renewals = calls.length - 1;
  console.log(
    `${uses.length} requests by links, ${renewals} renewals, ${requests.length} answers of at most ${most} bytes.`,
  );
  expect(renewals).toBeGreaterThan(0);
  expect(mostAtOnce(calls)).toBe(1);
}, 180_000);
