import { readFile } from "node:fs/promises";
import { fromAccessKey } from "@cloudhaul/core-auth";
import type { ProgressEvent } from "@cloudhaul/core-http";
import {
  type Emulator,
  type EmulatorOptions,
  type FaultRule,
  startEmulator,
  zipContent,
} from "@cloudhaul/emulator";
import {
  createMetastudioIesClient,
  type IsFinished,
  type MetastudioIesClient,
} from "@cloudhaul/metastudio-ies";
import { describe, expect, it, onTestFinished } from "vitest";
import { prepareJob } from "./killed-job.ts";
import { type ClientOptions, clientOptions, credentialKinds } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const content = zipContent({ seed: "metastudio jobs", bytes: 1024 ** 2 });
const resource = "knowledge-intent-question-create";

interface Scene {
  readonly emulator: Emulator;
  readonly metastudio: MetastudioIesClient;
  client(options?: Partial<ClientOptions>): MetastudioIesClient;
}

async function setScene(options: EmulatorOptions = {}, seconds = 0.3): Promise<Scene> {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  emulator.store.metastudio.tasks.planAll({ seconds, content });
  const client = (more: Partial<ClientOptions> = {}): MetastudioIesClient => {
    const made = createMetastudioIesClient(clientOptions(emulator, more));
    onTestFinished(() => made.close());
    return made;
  };
  return { emulator, client, metastudio: client() };
}

const quick = { pollIntervalMs: 30 };
const startsOf = ({ requests }: Emulator): number =>
  requests.filter(({ method, path }) => method === "POST" && path.includes("/ies/export/")).length;

it.each([
  {},
  { numbers: "texts", taskStatus: "none" },
  { taskStatus: "words", errorCodes: "nine-digits" },
  { exportValue: "other" },
  { exportValue: "other", taskOrder: "newest-first", numbers: "texts", errorCodes: "nine-digits" },
  { unfinishedResult: "empty", length: "content-length", disposition: "rfc8187" },
] as const)("[METASTUDIO-7, METASTUDIO-8] the whole job in one call, as %j has it", async (variant) => {
  const { emulator, metastudio } = await setScene({ variants: { metastudio: variant } });
  // Others before it, of the same resource; more than a search shows.
  for (let index = 0; index < 14; index++)
    emulator.store.metastudio.addResult({ content: zipContent({ seed: "x", bytes: 9 }) });
  const progress: ProgressEvent[] = [];
  const folder = await temporaryFolder();
  const plan = metastudio.exportResource(
    { resource, businessId: "skill-1" },
    { ...quick, cleanUp: "delete" },
  );
  const saved = await plan.toFile(`${folder}/`, { onProgress: (event) => progress.push(event) });
  expect(saved.sha256).toBe(await content.sha256());
  expect(progress.filter(({ task }) => task !== undefined).length).toBeGreaterThan(1);
  expect(startsOf(emulator)).toBe(1);
  expect(emulator.store.metastudio.allTasks.size).toBe(14);
});

it.each(credentialKinds)("[METASTUDIO-7] the whole job by %s", async (_, credentialsOf) => {
  const { emulator, client } = await setScene();
  const metastudio = client({ credentials: credentialsOf(emulator) });
  const saved = await metastudio.exportResource({ resource }, quick).toFile(await temporaryFolder());
  expect(saved.sha256).toBe(await content.sha256());
});

it("[METASTUDIO-8] five exports at once get a task each, whatever is answered", async () => {
  const { emulator, metastudio } = await setScene({ variants: { metastudio: { exportValue: "other" } } });
  const contents = ["a", "b", "c", "d", "e"].map((seed) => zipContent({ seed, bytes: 5000 }));
  for (const one of contents) emulator.store.metastudio.tasks.planNext({ seconds: 0.2, content: one });
  const all = contents.map(async () =>
    metastudio.exportResource({ resource }, quick).toFile(await temporaryFolder()),
  );
  const digests = (await Promise.all(all)).map(({ sha256 }) => sha256);
  const expected = await Promise.all(contents.map((one) => one.sha256()));
  expect(digests.sort()).toEqual(expected.sort());
});

describe("failed tasks", () => {
  const verdicts: Readonly<Record<string, IsFinished>> = {
    numbers: ({ status }) => (status === 2 ? "failed" : status === 1),
    words: ({ status }) => (status === "failed" ? "failed" : status === "finished"),
  };

  it.each(["numbers", "words"] as const)(
    "[METASTUDIO-9] are known by isFinished, by %s",
    async (taskStatus) => {
      const { emulator, metastudio } = await setScene({ variants: { metastudio: { taskStatus } } });
      const options = { ...quick, isFinished: verdicts[taskStatus] };
      await metastudio.exportResource({ resource }, options).toFile(await temporaryFolder());
      emulator.store.metastudio.tasks.planNext({ outcome: "fails" });
      const failed = metastudio.exportResource({ resource }, options).toFile(await temporaryFolder());
      await expect(failed).rejects.toMatchObject({
        name: "ExportFailedError",
        reason: "0 of 10 succeeded, 10 failed",
      });
    },
  );

  it("[METASTUDIO-9] and else by the download", async () => {
    const { emulator, metastudio } = await setScene();
    emulator.store.metastudio.tasks.planNext({ outcome: "fails" });
    const failed = metastudio.exportResource({ resource }, quick).toFile(await temporaryFolder());
    await expect(failed).rejects.toMatchObject({ name: "ServiceError", kind: "not-found" });
  });

  it("[METASTUDIO-9] a wait that takes too long names the task", async () => {
    const { metastudio } = await setScene({}, 60);
    const plan = metastudio.exportResource({ resource }, { ...quick, timeoutMs: 100 });
    await expect(plan.toFile(await temporaryFolder())).rejects.toMatchObject({
      ...{ name: "TimeoutError", phase: "wait", taskId: expect.any(String) },
    });
  });
});

describe("what goes wrong", () => {
  const refuse = (status: number, error_code: string, match: string): FaultRule => ({
    ...{ match, times: 9 },
    answer: { status, body: JSON.stringify({ error_code, error_msg: "No." }) },
  });

  it.each<readonly [string, FaultRule, object]>([
    ["throttled", refuse(429, "APIGW.0308", "/ies/export/"), { kind: "throttled", retryable: true }],
    ["another tenant's", refuse(400, "MSS.00010009", "/ies/export/"), { kind: "forbidden" }],
    ["wrong", refuse(400, "MSS.000000003", "/ies/export/"), { kind: "invalid" }],
    ["no file", refuse(400, "MSS.10001004", "/ies/result/"), { kind: "not-found" }],
    ["a failure without words", refuse(400, "MSS.000000001", "/ies/result/"), { kind: "unknown" }],
  ])("[METASTUDIO-4] %s", async (_, fault, expected) => {
    const { emulator, metastudio } = await setScene({}, 0);
    emulator.faults.add(fault);
    const failure = metastudio.exportResource({ resource }, quick).toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({ name: "ServiceError", ...expected });
  });

  it.each(["eight-digits", "nine-digits"] as const)(
    "[METASTUDIO-4] a wrong secret, another project, an unknown task, by %s",
    async (errorCodes) => {
      const { emulator, client, metastudio } = await setScene({ variants: { metastudio: { errorCodes } } });
      const folder = await temporaryFolder();
      const { accessKey, projectId } = emulator;
      const wrong = fromAccessKey({ ...accessKey, secretAccessKey: "WRONG", projectId });
      const stranger = client({ credentials: wrong }).exportResource({ resource }).toFile(folder);
      await expect(stranger).rejects.toMatchObject({ name: "AuthenticationError" });
      const elsewhere = client({ projectId: emulator.addAccount().projectId });
      await expect(elsewhere.exportResource({ resource }).toFile(folder)).rejects.toMatchObject(
        errorCodes === "eight-digits" ? { kind: "forbidden" } : { name: "AuthenticationError" },
      );
      await expect(metastudio.waitForTask({ taskId: "none" })).rejects.toMatchObject({ kind: "invalid" });
      const early = await metastudio.startExport({ resource });
      const file = metastudio.downloadResultFile({ taskId: early.value ?? "" }).toFile(folder);
      await expect(file).rejects.toMatchObject({ name: "ServiceError" });
    },
  );
});

describe("killed", () => {
  const prepared = async (variant: object = {}, options: object = {}) => {
    const ranges = { length: "content-length", etag: "strong", ranges: "honoured" } as const;
    const scene = await setScene({ variants: { metastudio: { ...ranges, ...variant } } });
    const job = await prepareJob(scene.emulator, "metastudio", { resource }, options);
    return { ...scene, job, digest: await content.sha256() };
  };

  it.each(["task-id", "other"] as const)(
    "[METASTUDIO-8] while the start has no answer: its task is found (%s)",
    async (exportValue) => {
      const { emulator, job, digest } = await prepared({ exportValue });
      emulator.faults.add({ match: /^POST /, delayMs: 5_000 });
      expect(await job.killWhen(() => job.asked("POST ").length > 0)).toBe("starting");
      expect(await job.run()).toMatchObject({ sha256: digest });
      expect(startsOf(emulator)).toBe(1);
    },
  );

  it("[METASTUDIO-7] while the task runs: the same call goes on with it, and cleans up", async () => {
    const { emulator, job, digest } = await prepared({}, { cleanUp: "delete" });
    emulator.store.metastudio.tasks.planNext({ seconds: 2 });
    expect(
      await job.killWhen(() => job.asked("GET ").filter(({ path }) => path.includes("/task/")).length > 2),
    ).toBe("task");
    expect(await job.run()).toMatchObject({ sha256: digest });
    expect(startsOf(emulator)).toBe(1);
    expect(emulator.store.metastudio.allTasks.size).toBe(0);
  });

  it("[METASTUDIO-7] before the download has an answer, and in mid-body: it goes on", async () => {
    const early = await prepared();
    early.emulator.faults.add({ match: "/ies/result/", delayMs: 5_000 });
    expect(await early.job.killWhen(() => early.job.asked("/ies/result/").length > 0)).toBe("source");
    expect(await early.job.run()).toMatchObject({ sha256: early.digest });
    expect(startsOf(early.emulator)).toBe(1);
    const late = await prepared();
    late.emulator.faults.add({ match: "/ies/result/", bytesPerSecond: 1024 ** 2 });
    const isUnderWay = (): boolean => (late.job.asked("/ies/result/")[0]?.bytesSent ?? 0) > 400_000;
    expect(await late.job.killWhen(isUnderWay)).toBe("transfer");
    expect(await late.job.run()).toMatchObject({ sha256: late.digest });
    expect(startsOf(late.emulator)).toBe(1);
    expect(late.job.asked("/ies/result/").at(-1)?.headers.range).toMatch(/^bytes=[1-9]/);
  });
});

it("[METASTUDIO-10] tasks are searched for; templates and reports of imports are downloaded", async () => {
  const { emulator, metastudio } = await setScene({ variants: { metastudio: { numbers: "texts" } } }, 0);
  const task = emulator.store.metastudio.startTask({ kind: "import", resource: "other" });
  for (let index = 0; index < 12; index++) emulator.store.metastudio.startTask({ kind: "export" });
  const other = await metastudio.searchTasks({ resources: ["other"] });
  expect(other).toMatchObject({
    count: 1,
    tasks: [{ taskId: task.taskId, resource: "other", totalCount: 10 }],
  });
  const all = await metastudio.searchTasks({ beginTime: new Date(Date.now() - 60_000), endTime: new Date() });
  expect([all.tasks.length, all.count]).toEqual([10, 13]);
  const folder = await temporaryFolder();
  await metastudio.waitForTask({ taskId: task.taskId }, quick);
  const report = await metastudio.downloadResultFile({ taskId: task.taskId }).toFile(`${folder}/`);
  expect(report.sha256).toBe(await content.sha256());
  const template = await metastudio.downloadTemplate({ resource: "other" }).toFile(`${folder}/`);
  expect(await readFile(template.path, "utf8")).toContain("question,answer");
  await metastudio.deleteTask({ taskId: task.taskId });
  await expect(metastudio.getTask({ taskId: task.taskId })).rejects.toMatchObject({ kind: "invalid" });
});
