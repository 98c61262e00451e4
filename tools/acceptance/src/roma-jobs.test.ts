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
import { createRomaAssetsClient, type RomaAssetsClient } from "@cloudhaul/roma-assets";
import { describe, expect, it, onTestFinished } from "vitest";
import { bytesOf } from "./content-bytes.ts";
import { prepareJob } from "./killed-job.ts";
import { publishedFiles } from "./saved-files.ts";
import { type ClientOptions, clientOptions } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const content = zipContent({ seed: "roma jobs", bytes: 1024 ** 2 });

interface Scene {
  readonly emulator: Emulator;
  readonly roma: RomaAssetsClient;
  readonly instanceId: string;
  readonly appId: string;
  client(options?: Partial<ClientOptions>): RomaAssetsClient;
}

async function setScene(options: EmulatorOptions = {}, seconds = 0.3): Promise<Scene> {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  const { roma } = emulator.store;
  const { instanceId } = roma.addInstance();
  const { appId } = roma.addApp({ instanceId });
  roma.tasks.planAll({ seconds, content });
  const client = (more: Partial<ClientOptions> = {}): RomaAssetsClient => {
    const made = createRomaAssetsClient(clientOptions(emulator, more));
    onTestFinished(() => made.close());
    return made;
  };
  return { emulator, instanceId, appId, client, roma: client() };
}

const quick = { pollIntervalMs: 30 };
const linesOf = ({ requests }: Emulator): readonly string[] =>
  requests.map(({ method, path }) => `${method} ${path}`);
const startsOf = (emulator: Emulator): number =>
  linesOf(emulator).filter((line) => line.endsWith("/assets/export")).length;

it.each([
  {},
  { reasonField: "reason", statusCase: "capitalized", times: "number" },
  { tasksField: "optional", length: "content-length", disposition: "plain", contentType: "zip" },
] as const)("[ROMA-10, ROMA-13] the whole job in one call, as %j has it", async (variant) => {
  const { emulator, roma, instanceId, appId } = await setScene({ variants: { roma: variant } }, 1);
  const { taskId } = emulator.store.roma.addTask({ instanceId });
  const progress: ProgressEvent[] = [];
  const plan = roma.exportAssets({ instanceId, apps: [appId], tasks: [taskId] }, quick);
  const folder = await temporaryFolder();
  const saved = await plan.toFile(`${folder}/`, { onProgress: (event) => progress.push(event) });
  expect(saved.sha256).toBe(await content.sha256());
  const shown = progress.flatMap(({ task }) => (task ? [task.progressPercent ?? 0] : []));
  expect(Math.max(...shown)).toBe(100);
  expect(shown.some((percent) => percent > 0 && percent < 100)).toBe(true);
  expect(startsOf(emulator)).toBe(1);
});

describe("what goes wrong", () => {
  const refuse = (
    status: number,
    error_code: string,
    match: string | RegExp = "/assets/export",
  ): FaultRule => ({
    ...{ match, times: 9 },
    answer: { status, body: JSON.stringify({ error_code, error_msg: "No." }) },
  });

  it.each<readonly [string, FaultRule, object]>([
    ["throttled", refuse(429, "APIGW.0308"), { kind: "throttled", retryable: true }],
    ["no permission", refuse(403, "ROMA.1006"), { kind: "forbidden", serviceCode: "ROMA.1006" }],
    ["not of this app", refuse(400, "ROMA.12001"), { kind: "forbidden" }],
    ["not created", refuse(400, "ROMA.10010"), { kind: "server" }],
    ["busy", refuse(400, "ROMA.10012"), { kind: "busy", operation: "ExportAsset" }],
    ["no such job", refuse(400, "ROMA.13000", "/jobs/"), { kind: "invalid" }],
    ["no such archive", refuse(404, "SCB.00000000", "/archives/"), { kind: "not-found" }],
    ["no permission to list", refuse(403, "ROMA.1006", /\/instances$/), { kind: "forbidden" }],
  ])("[ROMA-4] %s", async (_, fault, expected) => {
    const { emulator, roma, instanceId, appId } = await setScene({}, 0);
    emulator.faults.add(fault);
    const plan = roma.exportAssets({ instanceId, apps: [appId] }, { ...quick, timeoutMs: 100 });
    const failure = plan.toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({ name: "ServiceError", ...expected });
  });

  it("[ROMA-4] an instance that is not there, though the service answers 500", async () => {
    const { roma, appId } = await setScene();
    const failure = roma
      .exportAssets({ instanceId: "nowhere", apps: [appId] })
      .toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({ name: "ServiceError", kind: "not-found", status: 500 });
  });

  it.each(["reasons", "reason"] as const)("[ROMA-12] a job that fails tells its %s", async (reasonField) => {
    const { emulator, roma, instanceId, appId } = await setScene({ variants: { roma: { reasonField } } });
    const strange = roma.exportAssets({ instanceId, apps: [appId, "other"], tasks: ["none"] }, quick);
    await expect(strange.toFile(await temporaryFolder())).rejects.toMatchObject({
      name: "ExportFailedError",
      reason: expect.stringMatching(/^application other: .*\(ROMA\.12001\); task none: .*\(ROMA\.13000\)$/),
    });
    emulator.store.roma.tasks.planNext({ outcome: "fails", reason: "The disk is full." });
    const failed = roma.exportAssets({ instanceId, apps: [appId] }, quick);
    await expect(failed.toFile(await temporaryFolder())).rejects.toThrow("The disk is full. (ROMA.10010)");
  });

  it("[ROMA-4] an application that is not there, where the service refuses it at once", async () => {
    const { emulator, roma, instanceId } = await setScene({
      variants: { roma: { unknownAsset: "refused" } },
    });
    const failure = roma.exportAssets({ instanceId, apps: ["other"] }).toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({ kind: "forbidden", serviceCode: "ROMA.12001" });
    expect(emulator.store.roma.jobs.size).toBe(0);
  });

  it("[ROMA-4] a wrong secret, and another project", async () => {
    const { emulator, client, instanceId, appId } = await setScene();
    const wrong = { ...emulator.accessKey, secretAccessKey: "WRONG" };
    const { projectId } = emulator;
    const stranger = client({ credentials: fromAccessKey({ ...wrong, projectId }) });
    const input = { instanceId, apps: [appId] };
    const folder = await temporaryFolder();
    await expect(stranger.exportAssets(input).toFile(folder)).rejects.toMatchObject({
      name: "AuthenticationError",
    });
    const elsewhere = client({ projectId: emulator.addAccount().projectId });
    await expect(elsewhere.exportAssets(input).toFile(folder)).rejects.toMatchObject({ kind: "forbidden" });
  });

  it("[ROMA-12] a wait that takes too long names the job", async () => {
    const { roma, instanceId, appId } = await setScene({}, 60);
    const { jobId } = await roma.startAssetExport({ instanceId, apps: [appId] });
    const wait = roma.waitForAssetJob({ instanceId, jobId }, { ...quick, timeoutMs: 100 });
    await expect(wait).rejects.toMatchObject({ name: "TimeoutError", phase: "wait", taskId: jobId });
  });
});

describe("turns", () => {
  it("[ROMA-11] ten exports at once on one account finish one after another, and none is lost", async () => {
    const { emulator, client, instanceId, appId } = await setScene({}, 0.15);
    const clients = [client(), client()];
    const waits: string[] = [];
    const onStatus = ({ status }: { readonly status: string }): number => waits.push(status);
    const folders = await Promise.all(Array.from({ length: 10 }, () => temporaryFolder()));
    const all = folders.map((folder, index) =>
      (clients[index % 2] as RomaAssetsClient)
        .exportAssets({ instanceId, apps: [appId] }, { ...quick, onStatus })
        .toFile(`${folder}/`),
    );
    const saved = await Promise.all(all);
    const digest = await content.sha256();
    expect(saved.map(({ sha256 }) => sha256)).toEqual(Array(10).fill(digest));
    const jobs = [...emulator.store.roma.jobs.values()];
    expect(jobs).toHaveLength(10);
    for (const [index, job] of jobs.slice(1).entries())
      expect(job.startedAt.getTime()).toBeGreaterThanOrEqual(jobs[index]?.endsAt.getTime() ?? 0);
    expect(waits).toContain("busy with another task");
  });

  it("[ROMA-11] so do the exports of four programs, which know nothing of each other", async () => {
    const { emulator, instanceId, appId } = await setScene();
    const jobs = await Promise.all(
      Array.from({ length: 4 }, () => prepareJob(emulator, "roma", { instanceId, apps: [appId] })),
    );
    const answers = await Promise.all(jobs.map((job) => job.run()));
    expect(answers.map(({ sha256 }) => sha256)).toEqual(Array(4).fill(await content.sha256()));
    expect(emulator.store.roma.jobs.size).toBe(4);
  });
});

describe("packages that are lost", () => {
  const cut: FaultRule = { match: "/archives/", cut: { afterBytes: 300_000, by: "reset" } };

  it("[ROMA-15] are exported again where that is asked for", async () => {
    const { emulator, roma, instanceId, appId } = await setScene({}, 0.05);
    emulator.faults.add(cut);
    const folder = await temporaryFolder();
    const plan = roma.exportAssets({ instanceId, apps: [appId] }, { ...quick, onLost: "export-again" });
    const saved = await plan.toFile(`${folder}/`);
    expect(saved.sha256).toBe(await content.sha256());
    expect(startsOf(emulator)).toBe(2);
    expect(await publishedFiles(folder)).toEqual([saved.path]);
  });

  it("[ROMA-15] are told of otherwise, with what came", async () => {
    const { emulator, roma, instanceId, appId } = await setScene({}, 0.05);
    emulator.faults.add(cut);
    const folder = await temporaryFolder();
    const lost = roma.exportAssets({ instanceId, apps: [appId] }, quick).toFile(`${folder}/`);
    await expect(lost).rejects.toMatchObject({ code: "ONCE_ONLY", consumed: "yes" });
    const { partialPath } = (await lost.catch((error: unknown) => error)) as { partialPath: string };
    const kept = await readFile(partialPath);
    expect((await bytesOf(content)).subarray(0, kept.length).equals(kept)).toBe(true);
    expect(startsOf(emulator)).toBe(1);
  });
});

describe("killed", () => {
  const slow: FaultRule = { match: "/archives/", bytesPerSecond: 1024 ** 2 };
  const prepared = async (options: object = {}) => {
    const scene = await setScene({ variants: { roma: { length: "content-length" } } });
    const { emulator, instanceId, appId } = scene;
    const job = await prepareJob(emulator, "roma", { instanceId, apps: [appId] }, options);
    return { ...scene, job, digest: await content.sha256() };
  };

  it("[ROMA-10] while the start has no answer: told once, and then exported", async () => {
    const { emulator, job, digest } = await prepared();
    emulator.faults.add({ match: "/assets/export", delayMs: 5_000 });
    expect(await job.killWhen(() => job.asked("/assets/export").length > 0)).toBe("starting");
    expect(await job.run()).toMatchObject({ code: "START_LOST" });
    expect(startsOf(emulator)).toBe(1);
    expect(await job.run()).toMatchObject({ sha256: digest });
  });

  it("[ROMA-10] while the job runs: the same call goes on with it", async () => {
    const { emulator, job, digest } = await prepared();
    emulator.store.roma.tasks.planNext({ seconds: 2 });
    expect(await job.killWhen(() => job.asked("/jobs/").length > 1)).toBe("task");
    expect(await job.run()).toMatchObject({ sha256: digest });
    expect(emulator.store.roma.jobs.size).toBe(1);
  });

  it("[ROMA-15] between export and download: the same archive is fetched", async () => {
    const { emulator, job, digest } = await prepared();
    emulator.faults.add({ match: /\/instances$/, delayMs: 5_000 });
    expect(
      await job.killWhen(() => job.asked("/instances").some(({ path }) => /\/instances$/.test(path))),
    ).toBe("source");
    expect(await job.run()).toMatchObject({ sha256: digest });
    expect(emulator.store.roma.jobs.size).toBe(1);
  });

  it("[ROMA-15] while the download has no answer: told, or exported again, as asked for", async () => {
    const told = await prepared();
    told.emulator.faults.add({ match: "/archives/", delayMs: 5_000 });
    expect(await told.job.killWhen(() => told.job.asked("/archives/").length > 0)).toBe("sent");
    expect(await told.job.run()).toMatchObject({ code: "ONCE_ONLY" });
    expect(told.job.asked("/archives/")).toHaveLength(1);
    expect(told.emulator.store.roma.jobs.size).toBe(1);
    const again = await prepared({ onLost: "export-again" });
    again.emulator.faults.add({ match: "/archives/", delayMs: 5_000 });
    expect(await again.job.killWhen(() => again.job.asked("/archives/").length > 0)).toBe("sent");
    expect(await again.job.run()).toMatchObject({ sha256: again.digest });
    expect(again.emulator.store.roma.jobs.size).toBe(2);
  });

  it("[ROMA-15] in mid-body: told, or exported again, as asked for", async () => {
    const told = await prepared();
    told.emulator.faults.add(slow);
    const isUnderWay = (job: typeof told.job) => () => (job.asked("/archives/")[0]?.bytesSent ?? 0) > 200_000;
    expect(await told.job.killWhen(isUnderWay(told.job))).toBe("transfer");
    expect(await told.job.run()).toMatchObject({ code: "ONCE_ONLY" });
    expect(told.emulator.store.roma.jobs.size).toBe(1);
    const again = await prepared({ onLost: "export-again" });
    again.emulator.faults.add(slow);
    expect(await again.job.killWhen(isUnderWay(again.job))).toBe("transfer");
    expect(await again.job.run()).toMatchObject({ sha256: again.digest });
    expect(again.emulator.store.roma.jobs.size).toBe(2);
  });
});

it("[ROMA-14] instances, applications and tasks are found, page by page", async () => {
  const { emulator, roma, instanceId } = await setScene();
  for (let index = 0; index < 24; index++) {
    emulator.store.roma.addApp({ instanceId, name: `app ${index}`, key: "APP-SECRET" });
    emulator.store.roma.addTask({ instanceId, name: `task ${index}` });
  }
  const found: object[] = [];
  for await (const instance of roma.listInstances({ status: "RUNNING" })) found.push(instance);
  expect(found).toEqual([expect.objectContaining({ instanceId, status: "RUNNING" })]);
  const names: (string | undefined)[] = [];
  for await (const app of roma.listApps({ instanceId, name: "app " })) {
    names.push(app.name);
    expect(JSON.stringify(app)).not.toContain("APP-SECRET");
  }
  for await (const task of roma.listTasks({ instanceId })) names.push(task.name);
  expect(names).toHaveLength(48);
});
