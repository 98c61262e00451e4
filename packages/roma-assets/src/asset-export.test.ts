import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { fromAccessKey, fromToken } from "@cloudhaul/core-auth";
import type { ProgressEvent, TaskStatus } from "@cloudhaul/core-http";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  type AssetExportInput,
  createRomaAssetsClient,
  type ExportOptions,
  type RomaAssetsClient,
  type RomaAssetsClientOptions,
} from "./index.ts";

const network = defineNetwork({
  sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
  onUnhandledFrame: "error",
  context: { quiet: true },
});
beforeAll(() => network.enable());
afterEach(() => network.resetHandlers());
afterAll(() => network.disable());

interface Asked {
  readonly line: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Answers each request by what stands first for its method and the end of its path; the list holds what was asked. */
function serve(answers: Readonly<Record<string, () => Response>>): Asked[] {
  const seen: Asked[] = [];
  network.use(
    http.all("*", async ({ request }) => {
      const url = new URL(request.url);
      const text = await request.text();
      const line = `${request.method} ${url.pathname}${url.search}`;
      seen.push({ line, headers: request.headers, body: text && JSON.parse(text) });
      const key = Object.keys(answers).find((end) => line.includes(end));
      return answers[key ?? ""]?.() ?? HttpResponse.json({ error_code: "ROMA.13000" }, { status: 400 });
    }),
  );
  return seen;
}

function client(more: Partial<RomaAssetsClientOptions> = {}): RomaAssetsClient {
  const accessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: "SECRET-ACCESS-KEY-0001" };
  const roma = createRomaAssetsClient({
    region: "cn-north-4",
    projectId: "p1",
    credentials: fromAccessKey(accessKey),
    retry: false,
    proxy: false,
    ...more,
  });
  onTestFinished(() => roma.close());
  return roma;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** One answer after the other, the last for all that follow. */
function inTurn(...answers: (() => Response)[]): () => Response {
  let next = 0;
  return () => answers[Math.min(next++, answers.length - 1)]?.() as Response;
}

const json =
  (body: object, status = 200) =>
  () =>
    HttpResponse.json(body, { status });
const refusal = (error_code: string, status = 400) => json({ error_code, error_msg: "No." }, status);
const busy = refusal("ROMA.10012");
const running = json({ status: "RUNNING", progress_percent: 0.5 });
const succeeded = json({ status: "SUCCEEDED", progress_percent: 1, archive_id: "a1" });
/** A zip of nothing. */
const file = Buffer.from(`504b0506${"00".repeat(18)}`, "hex");
const archive = () => new HttpResponse(file);

const instances = json({ total: 0, instances: [] });
const wholeJob = {
  "/assets/export": json({ job_id: "j1" }),
  "/jobs/j1": succeeded,
  "/archives/a1": archive,
  "/instances?": instances,
  "/instances": instances,
};
const start = "POST /v2/p1/instances/i1/assets/export";
const poll = "GET /v2/p1/instances/i1/assets/jobs/j1";
const prove = "GET /v2/p1/instances";
const download = "GET /v2/p1/instances/i1/assets/archives/a1";

const input: AssetExportInput = { instanceId: "i1", apps: ["app-1"] };
const quick: ExportOptions = { pollIntervalMs: 2 };

describe("exportAssets", () => {
  it("[ROMA-10] starts, waits, and downloads once, telling how far it is", async () => {
    const seen = serve({ ...wholeJob, "/jobs/j1": inTurn(running, succeeded) });
    const told: TaskStatus[] = [];
    const progress: ProgressEvent[] = [];
    const plan = client().exportAssets(input, { ...quick, onStatus: (status) => told.push(status) });
    const folder = await temporaryFolder();
    const saved = await plan.toFile(`${folder}/`, { onProgress: (event) => progress.push(event) });
    expect(saved.path).toBe(join(folder, "roma-assets-a1.zip"));
    expect(await readFile(saved.path)).toEqual(file);
    expect(seen.map(({ line }) => line)).toEqual([start, poll, poll, prove, download]);
    expect(seen[0]?.body).toEqual({ apps: [{ id: "app-1" }], tasks: [] });
    expect(told.map(({ taskId, status, progressPercent }) => [taskId, status, progressPercent])).toEqual([
      ["j1", "RUNNING", 50],
      ["j1", "SUCCEEDED", 100],
    ]);
    expect(progress.some(({ phase, task }) => phase === "exporting" && task?.status === "RUNNING")).toBe(
      true,
    );
    // The same plan is used up, and a new one is another export.
    await expect(plan.toFile(`${folder}/`)).rejects.toMatchObject({ code: "ONCE_ONLY" });
    expect(seen).toHaveLength(5);
  });

  it("[ROMA-10] sends a token where that is the credential, on every request", async () => {
    const seen = serve({ ...wholeJob, "/jobs/j1": succeeded });
    const roma = client({ credentials: fromToken({ token: "TOKEN-0001" }) });
    await roma.exportAssets(input).toBytes({ maxBytes: 100, acceptLoss: true });
    expect(seen.map(({ headers }) => headers.get("x-auth-token"))).toEqual(Array(4).fill("TOKEN-0001"));
  });

  it("[ROMA-11] waits its turn while another job runs, and says so", async () => {
    const started = inTurn(busy, busy, json({ job_id: "j1" }));
    const seen = serve({ ...wholeJob, "/assets/export": started, "/jobs/j1": succeeded });
    const told: string[] = [];
    const onStatus = ({ status }: TaskStatus): number => told.push(status);
    const plan = client().exportAssets(input, { ...quick, onStatus });
    expect(await plan.toBytes({ maxBytes: 100, acceptLoss: true })).toEqual(file);
    expect(seen.filter(({ line }) => line === start)).toHaveLength(3);
    expect(told).toEqual(["busy with another task", "busy with another task", "SUCCEEDED"]);
  });

  it("[ROMA-11] gives up after timeoutMs, with the service's own refusal", async () => {
    serve({ "/assets/export": busy });
    const plan = client().exportAssets(input, { pollIntervalMs: 5, timeoutMs: 40 });
    await expect(plan.toFile(await temporaryFolder())).rejects.toMatchObject({
      name: "ServiceError",
      kind: "busy",
      serviceCode: "ROMA.10012",
      operation: "ExportAsset",
    });
  });

  it("[ROMA-12] tells everything that the service says of a failure, and starts nothing more", async () => {
    const reasons = [
      {
        resource_type: "application",
        resource_name: "orders",
        error_code: "ROMA.12001",
        error_msg: "Not yours.",
      },
      { resource_type: "task", resource_name: "nightly", error_code: "ROMA.13000" },
    ];
    const seen = serve({ ...wholeJob, "/jobs/j1": json({ status: "FAILED", reasons }) });
    const failure = client()
      .exportAssets(input)
      .toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({
      name: "ExportFailedError",
      taskId: "j1",
      reason: "application orders: Not yours. (ROMA.12001); task nightly: (ROMA.13000)",
    });
    expect(seen.map(({ line }) => line)).toEqual([start, poll]);
  });

  it("[ROMA-10] a success without an archive is no success", async () => {
    serve({ ...wholeJob, "/jobs/j1": json({ status: "SUCCEEDED", archive_id: "" }) });
    const failure = client()
      .exportAssets(input)
      .toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({ name: "ResponseFormatError", path: "archive_id" });
  });

  it("[ROMA-10] ends with the signal's reason, and the same call goes on with the job", async () => {
    let answer = running;
    const seen = serve({ ...wholeJob, "/jobs/j1": () => answer() });
    const abort = new AbortController();
    const folder = await temporaryFolder();
    const onStatus = ({ taskId }: TaskStatus): void => {
      if (taskId) abort.abort(new Error("enough"));
    };
    const stopped = client().exportAssets(input, { ...quick, onStatus });
    await expect(stopped.toFile(`${folder}/`, { signal: abort.signal })).rejects.toThrow("enough");
    answer = succeeded;
    await client().exportAssets(input, quick).toFile(`${folder}/`);
    expect(seen.filter(({ line }) => line === start)).toHaveLength(1);
  });

  it("[ROMA-10] does not send a start again whose answer was lost, and says so once", async () => {
    const seen = serve({
      ...wholeJob,
      "/assets/export": inTurn(() => HttpResponse.error(), json({ job_id: "j1" })),
      "/jobs/j1": succeeded,
    });
    const folder = await temporaryFolder();
    const roma = client({ retry: { baseDelayMs: 1 } });
    const lost = roma.exportAssets(input, quick).toFile(`${folder}/`);
    await expect(lost).rejects.toMatchObject({ name: "LostStartError", operation: "ExportAsset" });
    expect(seen).toHaveLength(1);
    await roma.exportAssets(input, quick).toFile(`${folder}/`);
  });

  it.each<readonly [object, object, string]>([
    [{ apps: ["a"] }, {}, "instanceId"],
    [{ instanceId: "i1" }, {}, "apps"],
    [{ instanceId: "i1", apps: "a" }, {}, "apps"],
    [{ instanceId: "i1", apps: [1] }, {}, "apps"],
    [{ instanceId: "i1", apps: [] }, {}, "apps"],
    [{ instanceId: "i1", apps: Array(60).fill("a"), tasks: Array(41).fill("t") }, {}, "apps"],
    [{ instanceId: "i1", apps: ["a"], task: ["t"] }, {}, "task"],
    [{ instanceId: ".", apps: ["a"] }, {}, "instance_id"],
    [{ instanceId: "i1", apps: ["a"] }, { onLost: "again" }, "onLost"],
    [{ instanceId: "i1", apps: ["a"] }, { timeoutMs: 0 }, "timeoutMs"],
    [{ instanceId: "i1", apps: ["a"] }, { signal: AbortSignal.abort() }, "signal"],
    [{ instanceId: "i1", apps: ["a"] }, { cleanUp: "delete" }, "cleanUp"],
  ])("[ROMA-5] refuses %j with %j at once", (wrong, options, option) => {
    const attempt = () => client().exportAssets(wrong as AssetExportInput, options);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });

  it("[ROMA-10] sends both lists, of 100 at most together", async () => {
    const seen = serve({ "/assets/export": json({ job_id: "j7" }) });
    const ids = (count: number, letter: string) => Array.from({ length: count }, (_, at) => `${letter}${at}`);
    const most = { instanceId: "i1", apps: ids(60, "a"), tasks: ids(40, "t") };
    expect(await client().startAssetExport(most)).toEqual({ jobId: "j7" });
    const objects = (list: readonly string[]) => list.map((id) => ({ id }));
    expect(seen[0]?.body).toEqual({ apps: objects(most.apps), tasks: objects(most.tasks) });
    await client().startAssetExport({ instanceId: "i1", apps: [], tasks: ["t0"] });
    expect(seen[1]?.body).toEqual({ apps: [], tasks: [{ id: "t0" }] });
  });
});

describe("getAssetJob", () => {
  const at = new Date("2019-12-06T06:49:04Z");

  it.each([
    [
      { status: "Running", progress_percent: 0.25 },
      { status: "RUNNING", progressPercent: 25 },
    ],
    [
      { status: "RUNNING", progress_percent: "0.999" },
      { status: "RUNNING", progressPercent: 99.9 },
    ],
    [
      { status: "Succeeded", archive_id: "a1" },
      { status: "SUCCEEDED", archiveId: "a1" },
    ],
    [{ status: "RUNNING", begin_time: "2019-12-06T06:49:04Z", end_time: null }, { startedAt: at }],
    [{ status: "RUNNING", begin_time: at.getTime() }, { startedAt: at }],
    [{ status: "RUNNING", begin_time: at.getTime() / 1000 }, { startedAt: at }],
    [{ status: "RUNNING", begin_time: String(at.getTime()) }, { startedAt: at }],
    [
      { status: "RUNNING", begin_time: "yesterday", end_time: "" },
      { startedAt: undefined, endedAt: undefined },
    ],
    [{ status: "FAILED", reasons: null }, { reasons: [] }],
    [{ status: "FAILED", reason: [{ error_msg: "a" }] }, { reasons: [{ errorMessage: "a" }] }],
    [{ status: "FAILED", reason: { error_code: "c" } }, { reasons: [{ errorCode: "c" }] }],
    [{ status: "FAILED", reason: "no room" }, { reasons: [{ errorMessage: "no room" }] }],
    [
      { status: "FAILED", reason: [], reasons: [{ resource_name: "n" }] },
      { reasons: [{ resourceName: "n" }] },
    ],
    [{ status: "RUNNING", progress_percent: "soon" }, { progressPercent: undefined }],
  ])("[ROMA-13] reads %j", async (body, job) => {
    serve({ "/jobs/": json(body) });
    expect(await client().getAssetJob({ instanceId: "i1", jobId: "j1" })).toMatchObject({
      ...job,
      jobId: "j1",
    });
  });

  it("[ROMA-13] names what cannot be read", async () => {
    serve({ "/jobs/": json({ status: 7 }) });
    const failure = client().getAssetJob({ instanceId: "i1", jobId: "j1" });
    await expect(failure).rejects.toMatchObject({ name: "ResponseFormatError", path: "status" });
  });
});

describe("waitForAssetJob", () => {
  it("[ROMA-12] waits by the id alone, and no longer than timeoutMs", async () => {
    serve({ "/jobs/": inTurn(running, running, succeeded) });
    const job = { instanceId: "i1", jobId: "j1" };
    const ended = await client().waitForAssetJob(job, { pollIntervalMs: 2 });
    expect(ended).toMatchObject({ status: "SUCCEEDED", archiveId: "a1" });
    serve({ "/jobs/": running });
    await expect(client().waitForAssetJob(job, { pollIntervalMs: 2, timeoutMs: 20 })).rejects.toMatchObject({
      name: "TimeoutError",
      phase: "wait",
      taskId: "j1",
    });
  });
});

describe("lists", () => {
  const ids = async (list: AsyncIterable<object>): Promise<string[]> => {
    const found: string[] = [];
    for await (const item of list) found.push(String(Object.values(item)[0]));
    return found;
  };

  it("[ROMA-14] go through all pages", async () => {
    const page = (name: string, ...items: object[]) => json({ total: 3, size: items.length, [name]: items });
    const item = (id: string) => ({ id, task_id: id });
    const pages = (name: string) => inTurn(page(name, item("1"), item("2")), page(name, item("3")));
    const seen = serve({
      "/apps?": pages("apps"),
      "/fdi/": pages("entities"),
      "/instances?": pages("instances"),
    });
    const roma = client();
    expect(await ids(roma.listInstances({ status: "RUNNING" }))).toEqual(["1", "2", "3"]);
    expect(await ids(roma.listApps({ instanceId: "i1", name: "n" }))).toEqual(["1", "2", "3"]);
    expect(await ids(roma.listTasks({ instanceId: "i1", type: "timing" }))).toEqual(["1", "2", "3"]);
    expect(seen.map(({ line }) => line)).toEqual([
      "GET /v2/p1/instances?status=RUNNING&offset=0",
      "GET /v2/p1/instances?status=RUNNING&offset=2",
      "GET /v2/p1/instances/i1/apps?name=n&offset=0",
      "GET /v2/p1/instances/i1/apps?name=n&offset=2",
      "GET /v2/p1/fdi/instances/i1/tasks?task_type=timing&offset=0",
      "GET /v2/p1/fdi/instances/i1/tasks?task_type=timing&offset=2",
    ]);
  });

  it("[ROMA-14] leave out the secrets of applications", async () => {
    serve({ "/apps": json({ total: 1, apps: [{ id: "1", name: "orders", key: "APP-SECRET-0001" }] }) });
    for await (const app of client().listApps({ instanceId: "i1" })) {
      expect(app).toEqual({ appId: "1", name: "orders", owner: undefined });
      expect(inspect(app, { showHidden: true, depth: 9 })).not.toContain("APP-SECRET");
    }
  });

  it("[ROMA-5] refuse a wrong filter at once", () => {
    const roma = client();
    const wrong = { instanceId: "i1", type: "sometimes" as "timing" };
    expect(() => roma.listTasks(wrong)).toThrow(expect.objectContaining({ option: "type" }));
    expect(() => roma.listApps({} as { instanceId: string })).toThrow(
      expect.objectContaining({ option: "instanceId" }),
    );
  });
});
