import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError, type TaskStatus } from "@cloudhaul/core-http";
import { createDdsBackupClient, type DdsBackupClient, verifyBackup } from "@cloudhaul/dds-backup";
import {
  bytesContent,
  type Emulator,
  lz4TarContent,
  startEmulator,
  type VariantOptions,
} from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { environmentOf } from "./emulator-environment.ts";
import { startProgram } from "./killable-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { type ClientOptions, clientOptions } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

interface Scene {
  readonly emulator: Emulator;
  readonly dds: DdsBackupClient;
  /** Lines of the requests that hold this. */
  asked(part: string): readonly string[];
}

/** Whatever is started takes a third of a second. */
async function setScene(
  variants: VariantOptions["dds"] = {},
  options: Partial<ClientOptions> = {},
): Promise<Scene> {
  const emulator = await startEmulator({ variants: { dds: variants } });
  emulator.store.dds.tasks.planAll({ seconds: 0.3 });
  const dds = createDdsBackupClient(clientOptions(emulator, options));
  onTestFinished(async () => {
    await dds.close();
    await emulator.close();
  });
  const lines = () => emulator.requests.map(({ method, path }) => `${method} ${path}`);
  return { emulator, dds, asked: (part) => lines().filter((line) => line.includes(part)) };
}

const poll = { pollIntervalMs: 30 };
const instanceId = "instance";

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe.each([
  ["as documented", {}],
  ["as the SDKs have it", { backupType: "sdk", deletingStatus: "DELETING", newJob: "empty" }],
  ["with other choices", { backupOrder: "oldest-first", newJob: "shown", linkExpiredTime: "malformed" }],
] as const)("DDS %s", (_, variants) => {
  it("[DDS-18] makes a cluster's backup, waits, downloads it, finds it whole and deletes it", async () => {
    const { emulator, dds, asked } = await setScene(variants);
    emulator.store.dds.addInstance({ instanceId, name: "orders", mode: "Sharding", shards: 2 });
    const [instance] = await all(dds.listInstances({ name: "*rder" }));
    expect(instance).toMatchObject({ instanceId, mode: "Sharding", status: "normal", keepDays: 7 });

    const made = await dds.createBackup({ instanceId, name: "before-upgrade", description: "whole job" });
    const told: TaskStatus[] = [];
    const onStatus = (status: TaskStatus) => void told.push(status);
    const backup = await dds.waitForBackup({ ...made, instanceId }, { ...poll, onStatus });
    expect(backup).toMatchObject({
      ...{ backupId: made.backupId, name: "before-upgrade", instanceId, instanceName: "orders" },
      ...{ type: "Manual", status: "COMPLETED", description: "whole job", method: "Physical" },
      endTime: expect.any(Date),
    });
    expect(told.length).toBeGreaterThan(2);
    expect(told.map(({ status }) => status)).toContain("BUILDING");
    expect(told.at(-1)?.status).toBe("COMPLETED");
    if ("newJob" in variants && variants.newJob === "shown") {
      expect(told.some(({ progressPercent = 0 }) => progressPercent > 0)).toBe(true);
    }
    expect(await dds.getBackup({ backupId: made.backupId })).toEqual(backup);

    const folder = await temporaryFolder();
    const { files } = await dds.downloadLatestBackup({ instanceId }).toDirectory(folder, { connections: 3 });
    expect(files.map(({ path }) => path)).toEqual(
      ["shard_1", "shard_2", "config"].map((part) => join(folder, part, `before-upgrade_${part}.tar.gz`)),
    );
    for (const { path } of files) expect(await verifyBackup(path)).toMatchObject({ isWhole: true });

    expect(await dds.deleteBackup({ backupId: made.backupId })).toEqual({ jobId: expect.any(String) });
    expect(await all(dds.listBackups({ instanceId }))).toMatchObject([{ status: "DELETING" }]);
    await expect.poll(() => all(dds.listBackups({ instanceId }))).toEqual([]);
    expect(asked("POST ")).toHaveLength(1);
  });
});

describe("lists", () => {
  it("[DDS-14] are found by every filter, over all pages", async () => {
    const { emulator, dds, asked } = await setScene();
    const day = (number: number) => new Date(Date.UTC(2026, 0, number));
    const content = bytesContent(Buffer.from("x"));
    for (let number = 1; number <= 25; number++) {
      const [beginTime, endTime] = [day(number), new Date(day(number).getTime() + 60_000)];
      const type = number % 5 === 0 ? "Auto" : number === 7 ? "Incremental" : "Manual";
      const about = {
        instanceId,
        backupId: `b${number}`,
        name: `nightly-${number}`,
        type,
        beginTime,
        endTime,
      } as const;
      emulator.store.dds.addBackup({ ...about, files: [{ name: "a", content }] });
    }
    emulator.store.dds.addBackup({
      instanceId: "other",
      backupId: "o",
      files: [{ name: "a", content }],
      status: "FAILED",
    });
    const idsOf = async (...input: Parameters<DdsBackupClient["listBackups"]>) =>
      (await all(dds.listBackups(...input))).map(({ backupId }) => backupId);
    expect(await idsOf({ instanceId, pageSize: 10 })).toHaveLength(24);
    expect(asked("/backups?")).toHaveLength(3);
    expect(await idsOf({ type: "Auto", orderBy: "beginTime", order: "asc" })).toEqual([
      "b5",
      "b10",
      "b15",
      "b20",
      "b25",
    ]);
    expect(await idsOf({ instanceId, type: "Incremental" })).toEqual(["b7"]);
    expect(await idsOf({ backupId: "b7", instanceId })).toEqual(["b7"]);
    expect(await idsOf({ status: "FAILED" })).toEqual(["o"]);
    expect(await idsOf({ name: "nightly-24" })).toEqual(["b24"]);
    expect((await idsOf({ beginTime: day(3), endTime: day(5), mode: "ReplicaSet" })).sort()).toEqual([
      "b3",
      "b4",
      "b5",
    ]);
    const folder = await temporaryFolder();
    const latest = await dds.downloadLatestBackup({ instanceId, type: "Auto" }).toDirectory(folder);
    expect(latest.manifestPath).toBe(join(folder, "b25.manifest.json"));
  });
});

interface Refused {
  readonly name: string;
  readonly call: (scene: Scene) => Promise<unknown>;
  readonly error: object;
}

const newBackup = { instanceId, name: "name-1" };
const files = [{ name: "a.tar.gz", content: lz4TarContent({ seed: "a", bytes: 5000 }) }];
const add = ({ emulator }: Scene, more: object = {}) =>
  emulator.store.dds.addBackup({ instanceId, files, ...more });

const refusals: readonly Refused[] = [
  {
    name: "an instance that is not there",
    call: ({ dds }) => dds.createBackup({ ...newBackup, instanceId: "none" }),
    error: { code: "SERVICE_NOT_FOUND", serviceCode: "DBS.200002" },
  },
  {
    name: "an instance that is in work",
    call: async ({ dds, emulator }) => {
      emulator.store.dds.addInstance({ instanceId });
      await dds.createBackup(newBackup);
      return dds.createBackup({ ...newBackup, name: "name-2" });
    },
    error: { code: "SERVICE_BUSY", serviceCode: "DBS.200019", retryable: true },
  },
  {
    name: "a name that is taken",
    call: async (scene) => {
      add(scene, { name: "name-1" });
      return scene.dds.createBackup(newBackup);
    },
    error: { code: "SERVICE_INVALID", serviceCode: "DBS.201201" },
  },
  {
    name: "a backup that is being made",
    call: async ({ dds, emulator }) => {
      emulator.store.dds.addInstance({ instanceId });
      return dds.getBackupDownloadLinks({
        instanceId,
        ...(await dds.createBackup(newBackup).then(({ backupId }) => ({ backupId }))),
      });
    },
    error: { code: "SERVICE_NOT_READY", serviceCode: "DBS.201202" },
  },
  {
    name: "a backup that failed",
    call: async (scene) => {
      const ids = add(scene, { status: "FAILED" });
      return scene.dds.getBackupDownloadLinks(ids);
    },
    error: { code: "SERVICE_INVALID", serviceCode: "DBS.280124" },
  },
  {
    name: "a backup that is not there",
    call: async (scene) => {
      add(scene);
      return scene.dds.getBackupDownloadLinks({ instanceId, backupId: "none" });
    },
    error: { code: "SERVICE_NOT_FOUND", serviceCode: "DBS.201214" },
  },
  {
    name: "the deletion of an automatic backup",
    call: async (scene) => scene.dds.deleteBackup({ backupId: add(scene, { type: "Auto" }).backupId }),
    error: { code: "SERVICE_INVALID", serviceCode: "DBS.280124" },
  },
  {
    name: "the deletion of a backup that is not there",
    call: ({ dds }) => dds.deleteBackup({ backupId: "none" }),
    error: { code: "SERVICE_NOT_FOUND", serviceCode: "DBS.201214" },
  },
  {
    name: "no complete backup",
    call: async (scene) => {
      add(scene, { status: "FAILED" });
      return scene.dds.downloadLatestBackup({ instanceId }).toDirectory(await temporaryFolder());
    },
    error: { code: "SERVICE_NOT_FOUND", message: expect.stringContaining("1 failed") },
  },
  {
    name: "another project",
    call: ({ emulator }) => {
      const dds = createDdsBackupClient(clientOptions(emulator, { projectId: "another" }));
      return dds.getBackup({ backupId: "b" }).finally(() => dds.close());
    },
    error: { code: "AUTHENTICATION" },
  },
];

it.each(refusals)("[DDS-4] tells of $name", async ({ call, error }) => {
  const scene = await setScene();
  await expect(call(scene)).rejects.toMatchObject(error);
});

const answered: readonly (readonly [number, string, object])[] = [
  [403, "DBS.280032", { code: "SERVICE_FORBIDDEN", retryable: false }],
  [401, "DBS.280064", { code: "SERVICE_FORBIDDEN", retryable: false }],
  [429, "APIG.0308", { code: "SERVICE_THROTTLED", retryable: true }],
  [400, "DBS.200998", { code: "SERVICE_THROTTLED", retryable: true }],
  [500, "DBS.201509", { code: "SERVICE_SERVER", retryable: true }],
  [404, "APIGW.0101", { code: "SERVICE_NOT_FOUND", retryable: false }], // as of a region where there is no DDS
];

it.each(answered)(
  "[DDS-4] tells what %i %s means, and goes on where it passes",
  async (status, code, error) => {
    const body = JSON.stringify({ error_code: code, error_msg: "What it says." });
    const headers = { "content-type": "application/json" };
    const scene = await setScene({}, { retry: { baseDelayMs: 1, maxDelayMs: 2 } });
    const ids = add(scene);
    const match = "/backups/download-file";
    scene.emulator.faults.add({ match, times: 99, answer: { status, headers, body } });
    await expect(scene.dds.getBackupDownloadLinks(ids)).rejects.toMatchObject(error);
    const isPassing = "retryable" in error && error.retryable === true;
    expect(scene.asked(match).length > 1).toBe(isPassing);
    scene.emulator.faults.clear();
    expect((await scene.dds.getBackupDownloadLinks(ids)).files).toHaveLength(1);
  },
);

describe("a backup that is to fail", () => {
  it("[DDS-18] tells what the service says of it", async () => {
    const { emulator, dds } = await setScene({ newJob: "shown" });
    emulator.store.dds.addInstance({ instanceId });
    emulator.store.dds.tasks.planNext({
      seconds: 0.2,
      outcome: "fails",
      reason: "The disk of node_1 is full.",
    });
    const made = await dds.createBackup(newBackup);
    await expect(dds.waitForBackup(made, poll)).rejects.toMatchObject({
      ...{ code: "EXPORT_FAILED", taskId: made.backupId, reason: "The disk of node_1 is full." },
    });
    await expect(dds.waitForBackup({ backupId: made.backupId }, poll)).rejects.toMatchObject({
      reason: undefined,
    });
  });
});

describe.each(["refused", "dead-link"] as const)("a closed download policy, links %s", (closedPolicy) => {
  it("[DDS-19] is told as such, and not when it is open again", async () => {
    const scene = await setScene({ closedPolicy });
    const ids = add(scene);
    scene.emulator.store.dds.setDownloadPolicy("close");
    expect(await scene.dds.getDownloadPolicy()).toMatchObject({ action: "close" });
    const folder = await temporaryFolder();
    const saving = scene.dds.downloadBackup(ids).toDirectory(folder, { stopOnError: true });
    const failure = await saving.catch((reason: unknown) => reason);
    expect(ServiceError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({
      code: "SERVICE_FORBIDDEN",
      message: expect.stringContaining('is "close"'),
    });
    scene.emulator.store.dds.setDownloadPolicy("open");
    await scene.dds.downloadBackup(ids).toDirectory(folder);
  });
});

describe("logs", () => {
  it.each(["downloadErrorLogs", "downloadSlowLogs"] as const)(
    "[DDS-20] %s saves them by node",
    async (method) => {
      const { emulator, dds, asked } = await setScene();
      emulator.store.dds.addInstance({ instanceId, mode: "ReplicaSet" });
      const folder = await temporaryFolder();
      const { files: saved } = await dds[method]({ instanceId }, poll).toDirectory(folder);
      expect(saved).toHaveLength(3);
      const [instance] = await all(dds.listInstances());
      const nodes = instance?.groups.flatMap((group) => group.nodes) ?? [];
      expect(saved.map(({ path }) => path.slice(folder.length + 1).split("/")[0])).toEqual(
        nodes.map(({ name }) => name),
      );
      expect(asked("log-download").length).toBeGreaterThan(2);
      const [one] = await all(dds.listErrorLogs({ instanceId, nodeIds: [nodes[1]?.nodeId ?? ""] }, poll));
      expect(one).toMatchObject({
        nodeName: nodes[1]?.name,
        status: "SUCCESS",
        link: expect.stringContaining("http"),
      });
    },
  );

  it("[DDS-21] that could not all be made are saved as far as they could", async () => {
    const { emulator, dds } = await setScene();
    emulator.store.dds.addInstance({ instanceId, mode: "ReplicaSet" });
    emulator.store.dds.tasks.planNext({ seconds: 0.1, outcome: "fails" });
    const folder = await temporaryFolder();
    await expect(dds.downloadErrorLogs({ instanceId }, poll).toDirectory(folder)).rejects.toMatchObject({
      ...{ code: "SET_INCOMPLETE", saved: [{}, {}], failures: [{ error: { code: "EXPORT_FAILED" } }] },
    });
    const { files: saved } = await dds.downloadErrorLogs({ instanceId }, poll).toDirectory(folder);
    expect(saved.map(({ attempts }) => attempts)).toEqual([1, 0, 0]);
  });
});

describe("the latest backup, killed", () => {
  const bytes = 2 * 1024 ** 2;
  const moments = [
    ["while the backups are listed", "/backups?", { delayMs: 400 }],
    ["while the links are asked for", "/backups/download-file", { delayMs: 400 }],
    ["before the first byte", "/b2/a.tar.gz?", { delayMs: 400 }],
    ["in mid-transfer", "/b2/a.tar.gz?", { bytesPerSecond: bytes }],
  ] as const;

  it.each(moments)(
    "[DDS-26] %s: the same call gets the right file, and makes nothing twice",
    async (_, part, fault) => {
      const scene = await setScene();
      const { emulator, asked } = scene;
      const content = lz4TarContent({ seed: "latest", bytes });
      add(scene, { backupId: "b1", beginTime: new Date(1) });
      add(scene, { backupId: "b2", files: [{ name: "a.tar.gz", content }] });
      emulator.faults.add({ match: part, ...fault });
      const folder = await temporaryFolder();
      await writeFile(join(folder, "mine.txt"), "mine");
      const program = join(import.meta.dirname, "save-latest-backup.ts");
      const call = { arguments: [instanceId, folder], env: environmentOf(emulator) };
      const first = startProgram(program, call);
      const reached = () => emulator.requests.find(({ path }) => path.includes(part));
      const wanted = "bytesPerSecond" in fault ? bytes * 0.6 : 0;
      while (!reached() || (reached()?.bytesSent ?? 0) < wanted) await sleep(5);
      first.kill();
      expect((await first.ended).stdout).toBe("");

      const { exitCode, stdout, stderr } = await startProgram(program, call).ended;
      expect(exitCode, stderr).toBe(0);
      const saved = JSON.parse(stdout) as {
        manifestPath: string;
        files: { path: string; resumedFromByte: number }[];
      };
      const path = join(folder, "a.tar.gz");
      expect(saved).toMatchObject({ manifestPath: join(folder, "b2.manifest.json"), files: [{ path }] });
      expect(await sha256OfFile(path)).toBe(await content.sha256());
      if (wanted > 0) expect(saved.files[0]?.resumedFromByte).toBeGreaterThan(0);
      expect([...(await publishedFiles(folder))].sort()).toEqual(
        [path, saved.manifestPath, join(folder, "mine.txt")].sort(),
      );
      expect(asked("POST ")).toEqual([]);
    },
  );
});
