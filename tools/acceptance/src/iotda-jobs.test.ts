import { fromAccessKey } from "@cloudhaul/core-auth";
import type { ProgressEvent, TaskStatus } from "@cloudhaul/core-http";
import {
  type Emulator,
  type EmulatorOptions,
  type FaultRule,
  startEmulator,
  zipContent,
} from "@cloudhaul/emulator";
import {
  createIotdaExportClient,
  type IotdaExportClient,
  type IotdaExportClientOptions,
} from "@cloudhaul/iotda-export";
import { describe, expect, it, onTestFinished } from "vitest";
import { prepareJob } from "./killed-job.ts";
import { clientOptions } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const content = zipContent({ seed: "iotda jobs", bytes: 1024 ** 2 });

interface Scene {
  readonly emulator: Emulator;
  readonly iotda: IotdaExportClient;
  /** Of a batch task. */
  readonly taskId: string;
  client(options?: Partial<IotdaExportClientOptions>): IotdaExportClient;
}

async function setScene(options: EmulatorOptions = {}, seconds = 0.3): Promise<Scene> {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  const { iotda } = emulator.store;
  const { taskId } = iotda.addBatchTask();
  iotda.tasks.planAll({ seconds, content });
  const client = (more: Partial<IotdaExportClientOptions> = {}): IotdaExportClient => {
    const { instanceId } = iotda;
    const made = createIotdaExportClient({
      ...{ ...clientOptions(emulator), region: "cn-north-4", instanceId, downloadIntervalMs: 0 },
      ...more,
    });
    onTestFinished(() => made.close());
    return made;
  };
  return { emulator, taskId, client, iotda: client() };
}

const quick = { pollIntervalMs: 30 };
const linesOf = ({ requests }: Emulator): readonly string[] =>
  requests.map(({ method, path }) => `${method} ${path}`);
const startsOf = (emulator: Emulator): number =>
  linesOf(emulator).filter((line) => /^POST .*\/export-tasks$/.test(line)).length;

it.each([
  {},
  { absentAppType: "global" },
  { absentAppType: "all" },
  { sameConditions: "new-task", unknownBatchTask: "refused" },
  { instanceId: "required", length: "content-length", etag: "strong", ranges: "honoured" },
] as const)("[IOTDA-10] the whole job in one call, as %j has it", async (variant) => {
  const { emulator, iotda, taskId } = await setScene({ variants: { iotda: variant } as never }, 1);
  const progress: ProgressEvent[] = [];
  const folder = await temporaryFolder();
  const plan = iotda.exportBatchTask({ taskId }, { ...quick, cleanUp: "delete" });
  const saved = await plan.toFile(`${folder}/`, { onProgress: (event) => progress.push(event) });
  expect(saved.sha256).toBe(await content.sha256());
  const shown = progress.flatMap(({ task }) => (task ? [task.progressPercent ?? 0] : []));
  expect(Math.max(...shown)).toBe(100);
  expect(shown.some((percent) => percent > 0 && percent < 100)).toBe(true);
  expect(startsOf(emulator)).toBe(1);
  expect(emulator.store.iotda.listExportTasks()).toEqual([]);
});

it.each([{ appType: "APP" }, { appId: "app-1" }] as const)(
  "[IOTDA-10] exports what belongs to %j",
  async (app) => {
    const { emulator, iotda, taskId } = await setScene();
    await iotda.exportBatchTask({ taskId, ...app }, quick).toFile(await temporaryFolder());
    expect(emulator.store.iotda.listExportTasks()).toEqual([
      expect.objectContaining({ ...app, appType: "APP", batchTaskId: taskId }),
    ]);
  },
);

describe("the same conditions", () => {
  it.each(["same-task", "new-task"] as const)(
    "[IOTDA-11] a running export is joined, by another program too (%s)",
    async (sameConditions) => {
      const { emulator, client, taskId } = await setScene({ variants: { iotda: { sameConditions } } });
      const { exportTaskId } = await client().createExportTask({ taskId });
      const both = [client(), client()].map(async (iotda) =>
        iotda.exportBatchTask({ taskId }, { ...quick, cleanUp: "delete" }).toFile(await temporaryFolder()),
      );
      const digest = await content.sha256();
      expect((await Promise.all(both)).map(({ sha256 }) => sha256)).toEqual([digest, digest]);
      expect(startsOf(emulator)).toBe(1);
      expect(emulator.store.iotda.exportTasks.has(exportTaskId)).toBe(true);
    },
  );

  it.each(["same-task", "new-task"] as const)(
    "[IOTDA-10] a later export is another one (%s)",
    async (sameConditions) => {
      const { emulator, iotda, taskId } = await setScene({ variants: { iotda: { sameConditions } } }, 0.05);
      const other = zipContent({ seed: "later", bytes: 5000 });
      await iotda.exportBatchTask({ taskId }, quick).toFile(await temporaryFolder());
      emulator.store.iotda.tasks.planNext({ content: other });
      const later = await iotda.exportBatchTask({ taskId }, quick).toFile(await temporaryFolder());
      expect(later.sha256).toBe(await other.sha256());
    },
  );
});

describe("turns", () => {
  it.each(["forbidden", "bad-request"] as const)(
    "[IOTDA-12] eight exports at once wait for room, refused by %s",
    async (sixthTask) => {
      const { emulator, iotda } = await setScene({ variants: { iotda: { sixthTask } } });
      const told: string[] = [];
      const onStatus = ({ status }: TaskStatus): number => told.push(status);
      const all = Array.from({ length: 8 }, async () => {
        const { taskId } = emulator.store.iotda.addBatchTask();
        return iotda.exportBatchTask({ taskId }, { ...quick, onStatus }).toFile(await temporaryFolder());
      });
      expect(new Set((await Promise.all(all)).map(({ sha256 }) => sha256)).size).toBe(1);
      expect(told).toContain("busy with another task");
      expect(emulator.store.iotda.listExportTasks()).toHaveLength(8);
    },
  );

  it("[IOTDA-12] and give up in time, with the service's own refusal", async () => {
    const { emulator, iotda, taskId } = await setScene({}, 60);
    for (let index = 0; index < 5; index++) emulator.store.iotda.startExport({});
    const plan = iotda.exportBatchTask({ taskId }, { ...quick, timeoutMs: 150 });
    await expect(plan.toFile(await temporaryFolder())).rejects.toMatchObject({
      ...{ name: "ServiceError", serviceCode: "IOTDA.021102", operation: "CreateExportTask" },
    });
  });

  it.each(["forbidden", "throttled"] as const)(
    "[IOTDA-8] three downloads in a row keep 500 ms between them, where sooner is %s",
    async (downloadInterval) => {
      const { emulator, client } = await setScene(
        { variants: { iotda: { downloadInterval } }, downloadIntervalMs: 500 },
        0,
      );
      const iotda = client({ downloadIntervalMs: 550 });
      const startedAt = performance.now();
      const all = Array.from({ length: 3 }, async () => {
        const { taskId } = emulator.store.iotda.addBatchTask();
        return iotda.exportBatchTask({ taskId }, quick).toFile(await temporaryFolder());
      });
      await Promise.all(all);
      expect(performance.now() - startedAt).toBeGreaterThan(1000);
      const downloads = emulator.requests.filter(({ path }) => path.endsWith("/file"));
      expect(downloads.map(({ status }) => status)).toEqual([200, 200, 200]);
    },
  );
});

describe("what goes wrong", () => {
  const refuse = (status: number, error_code: string, match: RegExp): FaultRule => ({
    ...{ match, times: 9 },
    answer: { status, body: JSON.stringify({ error_code, error_msg: "No." }) },
  });
  const create = /^POST /;

  it.each<readonly [string, FaultRule, object]>([
    ["throttled", refuse(429, "APIGW.0308", create), { kind: "throttled", retryable: true }],
    ["no permission", refuse(403, "IOTDA.999999", create), { kind: "forbidden" }],
    ["a wrong id", refuse(400, "IOTDA.000006", create), { kind: "invalid" }],
    ["no permission to list", refuse(403, "IOTDA.999999", /^GET .*export-tasks\?/), { kind: "forbidden" }],
    ["no file", refuse(404, "IOTDA.999999", /\/file$/), { kind: "not-found", operation: "ShowExportTask" }],
  ])("[IOTDA-4] %s", async (_, fault, expected) => {
    const { emulator, iotda, taskId } = await setScene({}, 0);
    emulator.faults.add(fault);
    const failure = iotda.exportBatchTask({ taskId }, quick).toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({ name: "ServiceError", ...expected });
  });

  it("[IOTDA-4] no batch task, a wrong secret, another project, no instance", async () => {
    const { emulator, iotda, client, taskId } = await setScene({
      variants: { iotda: { unknownBatchTask: "refused", instanceId: "required" } },
    });
    const folder = await temporaryFolder();
    const unknown = iotda.exportBatchTask({ taskId: "0123456789abcdef01234567" }, quick).toFile(folder);
    await expect(unknown).rejects.toMatchObject({ kind: "invalid" });
    const { accessKey, projectId } = emulator;
    const wrong = fromAccessKey({ ...accessKey, secretAccessKey: "WRONG", projectId });
    const stranger = client({ credentials: wrong }).exportBatchTask({ taskId }).toFile(folder);
    await expect(stranger).rejects.toMatchObject({ name: "AuthenticationError" });
    const elsewhere = client({ projectId: emulator.addAccount().projectId });
    await expect(elsewhere.exportBatchTask({ taskId }).toFile(folder)).rejects.toMatchObject({
      name: "AuthenticationError",
      cause: { serviceCode: "IOTDA.000004" },
    });
    const nameless = client({ instanceId: undefined }).exportBatchTask({ taskId }).toFile(folder);
    await expect(nameless).rejects.toMatchObject({ kind: "invalid", status: 400 });
  });

  it("[IOTDA-10] a task that fails, and one that takes too long", async () => {
    const { emulator, iotda, taskId } = await setScene();
    emulator.store.iotda.tasks.planNext({ outcome: "fails" });
    const failed = iotda.exportBatchTask({ taskId }, quick).toFile(await temporaryFolder());
    await expect(failed).rejects.toMatchObject({ name: "ExportFailedError", taskId: expect.any(String) });
    emulator.store.iotda.tasks.planNext({ seconds: 60 });
    const slow = iotda.exportBatchTask({ taskId }, { ...quick, timeoutMs: 100 });
    await expect(slow.toFile(await temporaryFolder())).rejects.toMatchObject({
      ...{ name: "TimeoutError", phase: "wait" },
    });
  });

  it.each([
    ["not-found", "not-found"],
    ["forbidden", "forbidden"],
    ["bad-request", "invalid"],
  ] as const)("[IOTDA-4] a file that is not ready, %s", async (unfinishedDownload, kind) => {
    const { iotda, taskId } = await setScene({ variants: { iotda: { unfinishedDownload } } }, 60);
    const { exportTaskId } = await iotda.createExportTask({ taskId });
    const early = iotda.downloadExportFile({ exportTaskId }).toFile(await temporaryFolder());
    await expect(early).rejects.toMatchObject({ name: "ServiceError", kind });
  });
});

describe("killed", () => {
  const prepared = async (options: object = {}) => {
    const ranges = { length: "content-length", etag: "strong", ranges: "honoured" } as const;
    const scene = await setScene({ variants: { iotda: ranges } });
    const job = await prepareJob(scene.emulator, "iotda", { taskId: scene.taskId }, options);
    return { ...scene, job, digest: await content.sha256() };
  };

  it("[IOTDA-13] while the start has no answer: its task is found", async () => {
    const { emulator, job, digest } = await prepared();
    emulator.faults.add({ match: /^POST /, delayMs: 5_000 });
    expect(await job.killWhen(() => job.asked("POST ").length > 0)).toBe("starting");
    expect(await job.run()).toMatchObject({ sha256: digest });
    expect(startsOf(emulator)).toBe(1);
  });

  it("[IOTDA-13] before the start was sent: it is", async () => {
    const { emulator, job, digest } = await prepared();
    emulator.faults.add({ match: /^GET .*export-tasks\?/, delayMs: 5_000 });
    expect(await job.killWhen(() => job.asked("export-tasks?").length > 0)).toBe("starting");
    expect(await job.run()).toMatchObject({ sha256: digest });
    expect(startsOf(emulator)).toBe(1);
  });

  it("[IOTDA-10] while the task runs: the same call goes on with it, and cleans up", async () => {
    const { emulator, job, digest } = await prepared({ cleanUp: "delete" });
    emulator.store.iotda.tasks.planNext({ seconds: 2 });
    expect(await job.killWhen(() => job.asked("export-tasks?").length > 2)).toBe("task");
    expect(await job.run()).toMatchObject({ sha256: digest });
    expect(startsOf(emulator)).toBe(1);
    expect(emulator.store.iotda.listExportTasks()).toEqual([]);
  });

  it("[IOTDA-10] before the download has an answer, and in mid-body: it goes on", async () => {
    const early = await prepared();
    early.emulator.faults.add({ match: "/file", delayMs: 5_000 });
    expect(await early.job.killWhen(() => early.job.asked("/file").length > 0)).toBe("source");
    expect(await early.job.run()).toMatchObject({ sha256: early.digest });
    expect(startsOf(early.emulator)).toBe(1);
    const late = await prepared();
    late.emulator.faults.add({ match: "/file", bytesPerSecond: 1024 ** 2 });
    const isUnderWay = (): boolean => (late.job.asked("/file")[0]?.bytesSent ?? 0) > 400_000;
    expect(await late.job.killWhen(isUnderWay)).toBe("transfer");
    expect(await late.job.run()).toMatchObject({ sha256: late.digest });
    expect(startsOf(late.emulator)).toBe(1);
    expect(late.job.asked("/file").at(-1)?.headers.range).toMatch(/^bytes=[1-9]/);
  });
});

it("[IOTDA-15] batch tasks are found, page by page, and so are export tasks", async () => {
  const { emulator, iotda } = await setScene({}, 0);
  for (let index = 0; index < 60; index++) emulator.store.iotda.addBatchTask({ taskType: "deleteDevices" });
  const taskIds: string[] = [];
  for await (const { taskId } of iotda.listBatchTasks({ taskType: "deleteDevices" })) taskIds.push(taskId);
  expect(new Set(taskIds).size).toBe(60);
  expect(await iotda.getBatchTask({ taskId: taskIds[7] ?? "" })).toMatchObject({ type: "deleteDevices" });
  for (const batchTaskId of taskIds.slice(0, 12)) emulator.store.iotda.startExport({ batchTaskId });
  const found: string[] = [];
  for await (const { exportTaskId } of iotda.listExportTasks()) found.push(exportTaskId);
  expect(found).toHaveLength(12);
  const [exportTaskId = ""] = found;
  expect(await iotda.getExportTask({ exportTaskId })).toMatchObject({ exportTaskId, status: "Success" });
  await iotda.deleteExportTask({ exportTaskId });
  expect(await iotda.getExportTask({ exportTaskId })).toBeUndefined();
});
