import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromAccessKey, fromToken } from "@cloudhaul/core-auth";
import type { TaskStatus } from "@cloudhaul/core-http";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  createMetastudioIesClient,
  type ExportOptions,
  type ExportResourceInput,
  type MetastudioIesClient,
  type MetastudioIesClientOptions,
  type Task,
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
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
}
type Answer = (asked: Asked) => Response;

/** Answers each request by its method and what its path ends with; the list holds what was asked. */
function serve(answers: Readonly<Record<string, Answer>>): Asked[] {
  const seen: Asked[] = [];
  network.use(
    http.all("*", async ({ request }) => {
      const url = new URL(request.url);
      const line = `${request.method} ${url.pathname.replace("/v2/p1/ies/", "")}`;
      const asked = {
        ...{ line, query: url.searchParams },
        ...{ headers: request.headers, body: await request.text() },
      };
      seen.push(asked);
      return answers[line]?.(asked) ?? refuse("MSS.00000003")(asked);
    }),
  );
  return seen;
}

function client(more: Partial<MetastudioIesClientOptions> = {}): MetastudioIesClient {
  const accessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: "SECRET-ACCESS-KEY-0001" };
  const metastudio = createMetastudioIesClient({
    region: "cn-north-4",
    projectId: "p1",
    credentials: fromAccessKey(accessKey),
    retry: false,
    proxy: false,
    ...more,
  });
  onTestFinished(() => metastudio.close());
  return metastudio;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const json =
  (body: object): Answer =>
  () =>
    HttpResponse.json(body);
const refuse =
  (error_code: string): Answer =>
  () =>
    HttpResponse.json({ error_code, error_msg: "No." }, { status: 400 });

/** One answer after the other, the last for all that follow. */
function inTurn(...answers: Answer[]): Answer {
  let next = 0;
  return (asked) => answers[Math.min(next++, answers.length - 1)]?.(asked) as Response;
}

/** As SearchTask does: of what began in time, ten at most, the oldest first or last, and the number of all. */
const search =
  (tasks: () => readonly { readonly begin_time: number }[], newestFirst = false): Answer =>
  ({ query }) => {
    const since = Number(query.get("begin_time") ?? 0);
    const found = tasks().filter(({ begin_time }) => begin_time >= since);
    if (newestFirst) found.reverse();
    return HttpResponse.json({ offset: 0, limit: 10, count: found.length, data: found.slice(0, 10) });
  };

const file = Buffer.from("id,question\n1,why\n");
const now = Date.now();
const running = json({ task_id: "t1", task_status: 0, total_count: 4, success_count: 1, failure_count: 0 });
const done = json({ task_id: "t1", task_status: 1, begin_time: now, end_time: now + 5 });
const resource = "knowledge-intent-question-create";
const start = `POST export/${resource}`;
const wholeJob: Readonly<Record<string, Answer>> = {
  "GET task": search(() => []),
  [start]: json({ value: "t1" }),
  "GET task/t1": done,
  "GET result/t1": () => new HttpResponse(file),
  "DELETE task/t1": () => new HttpResponse(null, { status: 200 }),
};
const input: ExportResourceInput = { resource };
const quick: ExportOptions = { pollIntervalMs: 2 };
const linesOf = (seen: readonly Asked[]): string[] => seen.map(({ line }) => line);

describe("exportResource", () => {
  it("[METASTUDIO-7] starts, verifies the task, waits, downloads, and deletes", async () => {
    const seen = serve({ ...wholeJob, "GET task/t1": inTurn(running, running, done) });
    const told: TaskStatus[] = [];
    const onStatus = (status: TaskStatus): number => told.push(status);
    const asked = { resource, businessId: "skill 1" };
    const plan = client().exportResource(asked, { ...quick, onStatus, cleanUp: "delete" });
    const folder = await temporaryFolder();
    const saved = await plan.toFile(`${folder}/`);
    expect(saved.path).toBe(join(folder, "metastudio-result-t1"));
    expect(await readFile(saved.path)).toEqual(file);
    const poll = "GET task/t1";
    expect(linesOf(seen)).toEqual(["GET task", start, poll, poll, poll, "GET result/t1", "DELETE task/t1"]);
    expect(seen[1]?.body).toBe("");
    expect(seen[1]?.query.get("business_id")).toBe("skill 1");
    expect(told.map(({ taskId, status, progressPercent }) => [taskId, status, progressPercent])).toEqual([
      ["t1", "0", 25],
      ["t1", "1", undefined],
    ]);
  });

  it("[METASTUDIO-7] sends a token where that is the credential, on every request", async () => {
    const seen = serve(wholeJob);
    const metastudio = client({ credentials: fromToken({ token: "TOKEN-0001" }) });
    await metastudio.exportResource(input, { cleanUp: "delete" }).toBytes({ maxBytes: 100 });
    expect(seen.map(({ headers }) => headers.get("x-auth-token"))).toEqual(Array(6).fill("TOKEN-0001"));
  });

  it.each([
    ["oldest first", "success", false],
    ["newest first", undefined, true],
  ])("[METASTUDIO-8] finds the task, listed %s, where the answer is %j", async (_, value, newestFirst) => {
    // Twenty-five before it, some in the last minutes; the service's clock is ten minutes behind.
    const old = Array.from({ length: 25 }, (_, index) => ({
      task_id: `old${index}`,
      begin_time: now - 600_000 - index * 20_000,
    })).reverse();
    const listed = [...old];
    const seen = serve({
      ...wholeJob,
      "GET task": search(() => listed, newestFirst),
      [start]: () => {
        listed.push({ task_id: "t1", begin_time: now - 599_999 });
        return HttpResponse.json({ value });
      },
    });
    expect(await client().exportResource(input, quick).toBytes({ maxBytes: 100 })).toEqual(file);
    expect(linesOf(seen).filter((line) => line === start)).toHaveLength(1);
    const queries = seen.filter(({ line }) => line === "GET task").map(({ query }) => query);
    expect(queries.every((query) => query.getAll("resource").join() === resource)).toBe(true);
  });

  it("[METASTUDIO-8] waits until the task is listed, and takes none that was there before", async () => {
    const before = { task_id: "old", begin_time: now };
    const after = { task_id: "t1", begin_time: now };
    const empty = search(() => [before]);
    const lists = inTurn(
      empty,
      empty,
      empty,
      search(() => [before, after]),
    );
    serve({ ...wholeJob, "GET task": lists, [start]: json({ value: "success" }) });
    expect(await client().exportResource(input, quick).toBytes({ maxBytes: 100 })).toEqual(file);
  });

  it("[METASTUDIO-8] gives two exports at once a task each", async () => {
    const listed: { task_id: string; begin_time: number }[] = [];
    const seen = serve({
      ...wholeJob,
      "GET task": search(() => listed),
      [start]: () => {
        listed.push({ task_id: `t${listed.length + 1}`, begin_time: now + listed.length });
        return HttpResponse.json({ value: "success" });
      },
      "GET task/t2": json({ task_id: "t2", end_time: now }),
      "GET result/t2": () => new HttpResponse("second"),
    });
    const metastudio = client();
    const both = [1, 2].map(() => metastudio.exportResource(input, quick).toBytes({ maxBytes: 100 }));
    expect((await Promise.all(both)).map(String)).toEqual([String(file), "second"]);
    expect(linesOf(seen).filter((line) => line === start)).toHaveLength(2);
  });

  it("[METASTUDIO-8] says so when the task is not found", async () => {
    serve({ ...wholeJob, [start]: json({ value: "success" }) });
    const options = { pollIntervalMs: 2, timeoutMs: 20 };
    const failure = client()
      .exportResource(input, options)
      .toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({ name: "LostStartError", operation: "ExportResource" });
  });

  it("[METASTUDIO-8] finds the task of a start whose answer was lost, and else reports it", async () => {
    const listed = [{ task_id: "old", begin_time: now - 1000 }];
    const lose: Answer = () => HttpResponse.error();
    const answers = { ...wholeJob, "GET task": search(() => listed) };
    serve({ ...answers, [start]: lose });
    const lost = client().exportResource(input, quick).toBytes({ maxBytes: 100 });
    await expect(lost).rejects.toMatchObject({ name: "LostStartError" });
    const seen = serve({
      ...answers,
      [start]: (asked) => {
        listed.push({ task_id: "t1", begin_time: now });
        return lose(asked);
      },
    });
    expect(await client().exportResource(input, quick).toBytes({ maxBytes: 100 })).toEqual(file);
    expect(linesOf(seen).filter((line) => line === start)).toHaveLength(1);
  });

  it("[METASTUDIO-8] calls no start lost that was not sent", async () => {
    const seen = serve({ ...wholeJob, "GET task": () => new HttpResponse("", { status: 503 }) });
    const failure = client().exportResource(input).toBytes({ maxBytes: 100 });
    await expect(failure).rejects.toMatchObject({ name: "ServiceError", kind: "server" });
    expect(linesOf(seen)).not.toContain(start);
  });

  it("[METASTUDIO-9] a task failed when isFinished says so", async () => {
    const counts = { total_count: 4, success_count: 1, failure_count: 3 };
    serve({ ...wholeJob, "GET task/t1": json({ task_id: "t1", task_status: 2, ...counts }) });
    const isFinished = ({ status }: Task): boolean | "failed" => (status === 2 ? "failed" : status === 1);
    const failure = client()
      .exportResource(input, { ...quick, isFinished })
      .toBytes({ maxBytes: 100 });
    await expect(failure).rejects.toMatchObject({
      name: "ExportFailedError",
      taskId: "t1",
      reason: "1 of 4 succeeded, 3 failed",
    });
  });

  it("[METASTUDIO-9] without it a failed task shows at the download", async () => {
    serve({ ...wholeJob, "GET result/t1": refuse("MSS.10001004") });
    const failure = client()
      .exportResource(input, quick)
      .toFile(await temporaryFolder());
    await expect(failure).rejects.toMatchObject({ name: "ServiceError", kind: "not-found" });
  });

  it("[METASTUDIO-7] ends with the signal's reason, and the same call goes on with the task", async () => {
    let answer = running;
    const seen = serve({ ...wholeJob, "GET task/t1": (asked) => answer(asked) });
    const abort = new AbortController();
    const folder = await temporaryFolder();
    const onStatus = (): void => abort.abort(new Error("enough"));
    const stopped = client().exportResource(input, { ...quick, onStatus });
    await expect(stopped.toFile(`${folder}/`, { signal: abort.signal })).rejects.toThrow("enough");
    answer = done;
    await client().exportResource(input, quick).toFile(`${folder}/`);
    expect(linesOf(seen).filter((line) => line === start)).toHaveLength(1);
  });

  it.each<readonly [object, object, string]>([
    [{}, {}, "resource"],
    [{ resource: ".." }, {}, "resource"],
    [{ resource, business: "b" }, {}, "business"],
    [{ resource }, { isFinished: true }, "isFinished"],
    [{ resource }, { cleanUp: true }, "cleanUp"],
    [{ resource }, { timeoutMs: Number.POSITIVE_INFINITY }, "timeoutMs"],
  ])("[METASTUDIO-5] refuses %j with %j at once", (wrong, options, option) => {
    const attempt = () => client().exportResource(wrong as ExportResourceInput, options as ExportOptions);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });
});

describe("tasks", () => {
  const counts = { totalCount: 3, successCount: 2, failureCount: 1 };

  it.each([
    [
      { task_id: "t1", begin_time: 1744276967708, task_type: 0 },
      { type: 0, startedAt: new Date(1744276967708) },
    ],
    [
      { begin_time: "1744276967708", task_type: "0" },
      { type: "0", startedAt: new Date(1744276967708) },
    ],
    [{ begin_time: "2025-04-10T09:22:47Z" }, { startedAt: new Date("2025-04-10T09:22:47Z") }],
    [{ end_time: 0 }, { endedAt: undefined }],
    [{ end_time: "0" }, { endedAt: undefined }],
    [{ end_time: "" }, { endedAt: undefined }],
    [
      { end_time: null, task_status: null },
      { endedAt: undefined, status: undefined },
    ],
    [{ total_count: "3", success_count: 2, failure_count: "1" }, counts],
    [
      { task_status: "finished", task_name: "n", operator: "o" },
      { status: "finished", name: "n", operator: "o" },
    ],
    [
      { user_id: 7, resource: "r" },
      { userId: "7", resource: "r" },
    ],
  ])("[METASTUDIO-10] %j is read, whatever has quotes", async (answer, expected) => {
    serve({ "GET task/t1": json(answer), "GET task": json({ count: "1", data: [answer] }) });
    expect(await client().getTask({ taskId: "t1" })).toMatchObject(expected);
    expect(await client().searchTasks()).toMatchObject({ count: 1, tasks: [expected] });
  });

  it("[METASTUDIO-10] are searched for by resources, business and time, ten at most", async () => {
    const seen = serve({ "GET task": search(() => Array(12).fill({ task_id: "t", begin_time: 2000 })) });
    const [beginTime, endTime] = [new Date(1000), new Date(3000)];
    const wanted = { resources: ["a b", "c"], businessId: "s", beginTime, endTime };
    const { tasks, count } = await client().searchTasks(wanted);
    expect([tasks.length, count]).toEqual([10, 12]);
    expect(String(seen[0]?.query)).toBe(
      "resource=a+b&resource=c&business_id=s&begin_time=1000&end_time=3000",
    );
    for (const wrong of [new Date("no"), 1000 as unknown as Date])
      await expect(client().searchTasks({ endTime: wrong })).rejects.toMatchObject({ option: "endTime" });
  });

  it.each([
    ["an end time", [{}, { end_time: now }]],
    [
      "counts that are complete",
      [
        { total_count: 2, success_count: 1 },
        { total_count: 2, success_count: 1, failure_count: 1 },
      ],
    ],
  ])("[METASTUDIO-9] have ended by %s", async (_, answers) => {
    const seen = serve({ "GET task/t1": inTurn(...answers.map(json)) });
    await client().waitForTask({ taskId: "t1" }, { pollIntervalMs: 2 });
    expect(seen).toHaveLength(2);
  });

  it("[METASTUDIO-9] are never waited for without an end", async () => {
    serve({ "GET task/t1": json({ task_status: 9, end_time: now }) });
    const options = { pollIntervalMs: 2, timeoutMs: 20, isFinished: () => false };
    const failure = client().waitForTask({ taskId: "t1" }, options);
    await expect(failure).rejects.toMatchObject({ name: "TimeoutError", phase: "wait", taskId: "t1" });
    await expect(failure).rejects.toThrow('"9"');
    await expect(client().waitForTask({ taskId: "t9" })).rejects.toMatchObject({ kind: "invalid" });
  });

  it("[METASTUDIO-7] are started, deleted, and their templates downloaded", async () => {
    const template = "GET import/a%2Fb/template";
    const seen = serve({
      ...wholeJob,
      [start]: json({ value: 7 }),
      [template]: () => new HttpResponse(file),
    });
    const metastudio = client();
    expect(await metastudio.startExport(input)).toEqual({ value: "7" });
    await metastudio.deleteTask({ taskId: "t1" });
    const folder = await temporaryFolder();
    const { path } = await metastudio.downloadTemplate({ resource: "a/b" }).toFile(`${folder}/`);
    expect(await readFile(path)).toEqual(file);
    expect(linesOf(seen)).toEqual([start, "DELETE task/t1", template]);
    await expect(metastudio.deleteTask({ taskId: "t9" })).rejects.toMatchObject({ kind: "invalid" });
  });
});
