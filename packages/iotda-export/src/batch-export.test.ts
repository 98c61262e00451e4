import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromAccessKey } from "@cloudhaul/core-auth";
import type { TaskStatus } from "@cloudhaul/core-http";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  createIotdaExportClient,
  type ExportBatchTaskInput,
  type IotdaExportClient,
  type IotdaExportClientOptions,
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
  readonly query: Readonly<Record<string, string>>;
  readonly instanceId: string | null;
  readonly body: unknown;
}
type Answer = (asked: Asked) => Response;

/** Answers each request by its method and what its path ends with; the list holds what was asked. */
function serve(answers: Readonly<Record<string, Answer>>): Asked[] {
  const seen: Asked[] = [];
  network.use(
    http.all("*", async ({ request }) => {
      const url = new URL(request.url);
      const text = await request.text();
      const asked = {
        line: `${request.method} ${url.pathname.replace("/v5/iot/p1/", "")}`,
        query: Object.fromEntries(url.searchParams),
        instanceId: request.headers.get("instance-id"),
        body: text && JSON.parse(text),
      };
      seen.push(asked);
      return answers[asked.line]?.(asked) ?? refuse(404, "IOTDA.999999")(asked);
    }),
  );
  return seen;
}

function client(more: Partial<IotdaExportClientOptions> = {}): IotdaExportClient {
  const accessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: "SECRET-ACCESS-KEY-0001" };
  const iotda = createIotdaExportClient({
    region: "cn-north-4",
    projectId: "p1",
    credentials: fromAccessKey(accessKey),
    retry: false,
    proxy: false,
    downloadIntervalMs: 0,
    ...more,
  });
  onTestFinished(() => iotda.close());
  return iotda;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const json =
  (body: object, status = 200): Answer =>
  () =>
    HttpResponse.json(body, { status });
const refuse = (status: number, error_code: string): Answer => json({ error_code, error_msg: "No." }, status);

/** One answer after the other, the last for all that follow. */
function inTurn(...answers: Answer[]): Answer {
  let next = 0;
  return (asked) => answers[Math.min(next++, answers.length - 1)]?.(asked) as Response;
}

/** A zip of nothing. */
const file = Buffer.from(`504b0506${"00".repeat(18)}`, "hex");

const task = (export_task_id: string, status: string, more: object = {}) => ({
  ...{ export_task_id, status, resource_type: "BatchTask", resource_condition: { task_id: "b1" } },
  ...{ app_type: "GLOBAL", create_time: new Date().toISOString() },
  ...more,
});
/** A list of one page, for the type of application that its tasks have. */
const list =
  (...tasks: ReturnType<typeof task>[]): Answer =>
  ({ query }) => {
    const ofType = tasks.filter(({ app_type }) => app_type === (query.app_type ?? app_type));
    return HttpResponse.json({ export_tasks: ofType, page: { count: ofType.length } });
  };

const create = "POST export-tasks";
const listing = "GET export-tasks";
const download = "GET export-tasks/e1/file";
const wholeJob: Readonly<Record<string, Answer>> = {
  [create]: json(task("e1", "Processing"), 201),
  [download]: () => new HttpResponse(file),
  "DELETE export-tasks/e1": () => new HttpResponse(null, { status: 204 }),
};
const created = (seen: readonly Asked[]): number => seen.filter(({ line }) => line === create).length;
const input: ExportBatchTaskInput = { taskId: "b1" };
const quick = { pollIntervalMs: 2 };

describe("exportBatchTask", () => {
  it("[IOTDA-10] looks for one that runs, creates, waits by listing, downloads, and deletes", async () => {
    const lists = inTurn(
      list(),
      list(task("e1", "Processing", { progress: 40 })),
      list(task("e1", "Success")),
    );
    const seen = serve({ ...wholeJob, [listing]: lists });
    const told: (number | undefined)[] = [];
    const options = { ...quick, cleanUp: "delete" } as const;
    const plan = client().exportBatchTask(
      { ...input, instanceId: "i1" },
      { ...options, onStatus: ({ progressPercent }: TaskStatus) => told.push(progressPercent) },
    );
    const folder = await temporaryFolder();
    const saved = await plan.toFile(`${folder}/`);
    expect(saved.path).toBe(join(folder, "iotda-export-e1.zip"));
    expect(await readFile(saved.path)).toEqual(file);
    const lines = seen.map(({ line }) => line);
    expect(lines).toEqual([listing, create, listing, listing, download, "DELETE export-tasks/e1"]);
    expect(seen.map(({ instanceId }) => instanceId)).toEqual(Array(6).fill("i1"));
    const condition = { resource_type: "BatchTask", app_type: "GLOBAL" };
    expect(seen[1]?.body).toEqual({ ...condition, resource_condition: { task_id: "b1" } });
    const filter = { ...condition, resource_condition: '{"task_id":"b1"}', limit: "50" };
    expect(seen.filter(({ line }) => line === listing).map(({ query }) => query)).toEqual(
      Array(3).fill(filter),
    );
    expect(told).toEqual([40, undefined]);
  });

  it("[IOTDA-11] joins a running export of the same conditions, and leaves it when it is done", async () => {
    const others = [
      task("e3", "Processing", { app_type: "APP", app_id: "a1" }),
      task("e2", "Processing", { resource_condition: { task_id: "b2" } }),
      task("e0", "Success"),
    ];
    const lists = inTurn(list(...others, task("e1", "Processing")), list(...others, task("e1", "Success")));
    const seen = serve({ ...wholeJob, [listing]: lists });
    const plan = client().exportBatchTask(input, { ...quick, cleanUp: "delete" });
    expect(await plan.toBytes({ maxBytes: 100 })).toEqual(file);
    expect(seen.map(({ line }) => line)).toEqual([listing, listing, download]);
  });

  it("[IOTDA-11] takes none of another application for its own", async () => {
    const other = task("e2", "Processing", { app_type: "APP", app_id: "a2" });
    const own = task("e1", "Success", { app_type: "APP", app_id: "a1" });
    const seen = serve({ ...wholeJob, [listing]: inTurn(list(other), list(other, own)) });
    await client()
      .exportBatchTask({ ...input, appId: "a1" }, quick)
      .toBytes({ maxBytes: 100 });
    expect(created(seen)).toBe(1);
    const body = seen.find(({ line }) => line === create)?.body;
    expect(body).toMatchObject({ app_type: "APP", app_id: "a1" });
    expect(seen[0]?.query).toMatchObject({ app_type: "APP", app_id: "a1" });
    // Which is the default application nobody tells: none can be joined.
    const unknown = serve({ ...wholeJob, [listing]: list(other, own) });
    await client()
      .exportBatchTask({ ...input, appType: "APP" }, quick)
      .toBytes({ maxBytes: 100 });
    expect(unknown.map(({ line }) => line)).toEqual([create, listing, download]);
  });

  it.each([
    ["a rate limit", refuse(403, "IOTDA.021102")],
    ["a wrong input", refuse(400, "IOTDA.000006")],
    ["something else", refuse(403, "IOTDA.777777")],
  ])("[IOTDA-12] waits its turn while five are unfinished, told as %s", async (_, refusal) => {
    const five = ["APP", "GLOBAL", "APP", "GLOBAL", "APP"].map((app_type, index) =>
      task(`o${index}`, "Processing", { app_type, app_id: "a1", resource_condition: { task_id: "b9" } }),
    );
    let isFull = true;
    const seen = serve({
      ...wholeJob,
      [listing]: (asked) => (isFull ? list(...five) : list(task("e1", "Success")))(asked),
      [create]: inTurn(refusal, refusal, (asked) => {
        isFull = false;
        return wholeJob[create]?.(asked) as Response;
      }),
    });
    const told: string[] = [];
    const onStatus = ({ status }: TaskStatus): number => told.push(status);
    await client()
      .exportBatchTask(input, { ...quick, onStatus })
      .toBytes({ maxBytes: 100 });
    expect(created(seen)).toBe(3);
    expect(told).toContain("busy with another task");
  });

  it("[IOTDA-12] tells the same refusal where fewer are, after asking once more: a task may have ended since", async () => {
    const seen = serve({ ...wholeJob, [listing]: list(), [create]: refuse(403, "IOTDA.777777") });
    const failure = client().exportBatchTask(input, quick).toBytes({ maxBytes: 100 });
    await expect(failure).rejects.toMatchObject({ name: "ServiceError", kind: "forbidden" });
    expect(created(seen)).toBe(2);
  });

  it("[IOTDA-13] finds the task of a start whose answer was lost", async () => {
    const old = task("e0", "Success", { create_time: new Date(Date.now() - 3_600_000).toISOString() });
    const lists = inTurn(list(old), list(task("e1", "Success"), old));
    const seen = serve({ ...wholeJob, [listing]: lists, [create]: () => HttpResponse.error() });
    await client().exportBatchTask(input, quick).toBytes({ maxBytes: 100 });
    expect(created(seen)).toBe(1);
    serve({ ...wholeJob, [listing]: list(old), [create]: () => HttpResponse.error() });
    const lost = client().exportBatchTask(input, quick).toBytes({ maxBytes: 100 });
    await expect(lost).rejects.toMatchObject({ name: "LostStartError", operation: "CreateExportTask" });
  });

  it("[IOTDA-13] calls no start lost that was not sent", async () => {
    const seen = serve({ [listing]: refuse(503, "IOTDA.000001") });
    const failure = client().exportBatchTask(input, quick).toBytes({ maxBytes: 100 });
    await expect(failure).rejects.toMatchObject({ name: "ServiceError", kind: "server" });
    expect(created(seen)).toBe(0);
  });

  it("[IOTDA-10] tells of a task that failed, and of one that nobody knows any more", async () => {
    const lists = inTurn(list(), list(task("e1", "FAILED")));
    serve({ ...wholeJob, [listing]: lists });
    const failure = client()
      .exportBatchTask(input, quick)
      .toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({
      name: "ExportFailedError",
      taskId: "e1",
      reason: undefined,
    });
    serve({ [listing]: list() });
    await expect(
      client().waitForExportTask({ exportTaskId: "e1" }, { pollIntervalMs: 2, timeoutMs: 20 }),
    ).rejects.toMatchObject({ name: "TimeoutError", taskId: "e1" });
  });

  it("[IOTDA-10] ends with the signal's reason, and the same call goes on with the task", async () => {
    let status = "Processing";
    let isCreated = false;
    const seen = serve({
      ...wholeJob,
      [listing]: (asked) => (isCreated ? list(task("e1", status)) : list())(asked),
      [create]: (asked) => {
        isCreated = true;
        return wholeJob[create]?.(asked) as Response;
      },
    });
    const abort = new AbortController();
    const folder = await temporaryFolder();
    const onStatus = ({ taskId }: TaskStatus): void => {
      if (taskId) abort.abort(new Error("enough"));
    };
    const stopped = client().exportBatchTask(input, { ...quick, onStatus });
    await expect(stopped.toFile(`${folder}/`, { signal: abort.signal })).rejects.toThrow("enough");
    status = "Success";
    await client().exportBatchTask(input, quick).toFile(`${folder}/`);
    expect(created(seen)).toBe(1);
  });

  it.each<readonly [object, object, string]>([
    [{}, {}, "taskId"],
    [{ taskId: "x".repeat(25) }, {}, "taskId"],
    [{ taskId: "b1", appType: "ALL" }, {}, "appType"],
    [{ taskId: "b1", appId: "x".repeat(37) }, {}, "appId"],
    [{ taskId: "b1", app: "a" }, {}, "app"],
    [{ taskId: "b1" }, { cleanUp: "keep" }, "cleanUp"],
    [{ taskId: "b1" }, { onLost: "export-again" }, "onLost"],
    [{ taskId: "b1" }, { pollIntervalMs: 0 }, "pollIntervalMs"],
  ])("[IOTDA-5] refuses %j with %j at once", (wrong, options, option) => {
    const attempt = () => client().exportBatchTask(wrong as ExportBatchTaskInput, options);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });
});

describe("export tasks", () => {
  it("[IOTDA-14] are listed through all pages, each from where the last one ended", async () => {
    const pages: Answer = ({ query }) => {
      const ids = { undefined: ["3", "2"], "2": ["1"] }[String(query.marker)] ?? [];
      const tasks = ids.map((id) => task(id, "Success"));
      return HttpResponse.json({ export_tasks: tasks, page: { count: 3, marker: ids.at(-1) } });
    };
    const seen = serve({ [listing]: pages });
    const found: string[] = [];
    for await (const { exportTaskId } of client().listExportTasks()) found.push(exportTaskId);
    expect(found).toEqual(["3", "2", "1"]);
    expect(seen.map(({ query }) => query.marker)).toEqual([undefined, "2", "1"]);
    expect(seen[0]?.query).toEqual({ resource_type: "BatchTask", limit: "50" });
  });

  it("[IOTDA-14] are read tolerantly", async () => {
    const sample = {
      ...{ export_task_id: "e1", status: "Success", progress: 100, export_count: "16", end_time: null },
      ...{ resource_condition: { task_id: "b1" }, create_time: "2025-12-02T08:00:00.000Z" },
    };
    serve({ [listing]: json({ export_tasks: [sample] }), [create]: json({ export_task_id: "e2" }, 201) });
    const createdAt = new Date("2025-12-02T08:00:00Z");
    expect(await client().getExportTask({ exportTaskId: "e1" })).toEqual({
      ...{ exportTaskId: "e1", status: "Success", progressPercent: 100, exportCount: 16, taskId: "b1" },
      ...{ appType: undefined, appId: undefined, createdAt, endedAt: undefined },
    });
    expect(await client().createExportTask(input)).toMatchObject({ exportTaskId: "e2", status: undefined });
    serve({ [listing]: json({}) });
    expect(await client().getExportTask({ exportTaskId: "e1" })).toBeUndefined();
  });

  it("[IOTDA-14] are looked up by all that is known of them", async () => {
    const of = (type: string) => task("e1", "Success", { app_type: type });
    const seen = serve({ [listing]: list(of("APP")) });
    expect(await client().getExportTask({ exportTaskId: "e1" })).toMatchObject({ appType: "APP" });
    expect(seen.map(({ query }) => query.app_type)).toContain("GLOBAL");
    const narrow = serve({ [listing]: list(of("GLOBAL")) });
    await client().getExportTask({ exportTaskId: "e1", taskId: "b1", appType: "GLOBAL" });
    expect(narrow.map(({ query }) => query)).toEqual([
      { resource_type: "BatchTask", resource_condition: '{"task_id":"b1"}', app_type: "GLOBAL", limit: "50" },
    ]);
  });

  it("[IOTDA-14] are deleted, for the instance that the client or the call names", async () => {
    const seen = serve({ ...wholeJob, "GET batchtasks/b1": json({ batchtask: { task_id: "b1" } }) });
    const iotda = client({ instanceId: "mine" });
    await iotda.deleteExportTask({ exportTaskId: "e1" });
    await iotda.deleteExportTask({ exportTaskId: "e1", instanceId: "other" });
    await iotda.getBatchTask({ taskId: "b1" });
    await iotda.downloadExportFile({ exportTaskId: "e1" }).toBytes({ maxBytes: 100 });
    expect(seen.map(({ instanceId }) => instanceId)).toEqual(["mine", "other", "mine", "mine"]);
    await expect(iotda.deleteExportTask({ exportTaskId: "e9" })).rejects.toMatchObject({ kind: "not-found" });
  });
});

describe("batch tasks", () => {
  const batch = { task_id: "b1", task_name: "n", task_type: "createDevices", status: "Waitting" };

  it("[IOTDA-15] are listed by type, and shown", async () => {
    const answer = { ...batch, status_desc: "why", create_time: "20251202T080000Z" };
    const seen = serve({
      "GET batchtasks": ({ query }) =>
        HttpResponse.json({ batchtasks: query.marker ? [] : [answer], page: { count: 1, marker: "b1" } }),
      "GET batchtasks/b1": json({ batchtask: answer, task_details: [] }),
    });
    const expected = {
      ...{ taskId: "b1", name: "n", type: "createDevices", status: "Waitting", statusText: "why" },
      createdAt: new Date("2025-12-02T08:00:00Z"),
    };
    const found: object[] = [];
    const wanted = { taskType: "createDevices", status: "Success", appId: "a1" };
    for await (const one of client().listBatchTasks(wanted)) found.push(one);
    expect(found).toEqual([expected]);
    expect(seen[0]?.query).toEqual({
      ...{ task_type: "createDevices", status: "Success", app_id: "a1", limit: "50" },
    });
    expect(await client().getBatchTask({ taskId: "b1" })).toEqual(expected);
    expect(() => client().listBatchTasks({} as { taskType: string })).toThrow(
      expect.objectContaining({ option: "taskType" }),
    );
  });
});
