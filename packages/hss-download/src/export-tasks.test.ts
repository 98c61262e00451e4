import { HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { fakeHss, jobAnswers, options, refusal, running, success } from "./__fixtures__/network.ts";
import { createHssDownloadClient, type ExportTaskInput, type HssDownloadClientOptions } from "./index.ts";

const { answer } = fakeHss();
const quick = { pollIntervalMs: 1 };

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function getExport(input: Partial<ExportTaskInput>) {
  await using hss = createHssDownloadClient(options);
  return hss.getExport({ taskId: "t1", ...input });
}

async function waitForExport(
  input: Partial<ExportTaskInput> = {},
  given: Partial<HssDownloadClientOptions> = {},
) {
  await using hss = createHssDownloadClient({ ...options, ...given });
  return hss.waitForExport({ taskId: "t1", ...input }, quick);
}

describe("getExport", () => {
  it.each([
    [{}, "export-task/t1"],
    [{ pollBy: "task", enterpriseProjectId: "e" }, "export-task/t1?enterprise_project_id=e"],
    [{ pollBy: "event", enterpriseProjectId: "e" }, "event/export-task/t1?enterprise_project_id=e"],
    [{ pollBy: "latest" }, "export-task?task_id=t1"],
    [{ exportTaskType: "vul" }, "export-task?task_id=t1&export_task_type=vul"],
    [{ kind: "events" }, "event/export-task/t1"],
    [{ kind: "assets" }, "export-task/t1"],
    [{ taskId: "a/../b" }, "export-task/a%2F..%2Fb"],
  ] as const)("[HSS-9] %j asks for %s", async (input, path) => {
    const seen = answer(jobAnswers([running]));
    const { taskId = "t1" } = input as Partial<ExportTaskInput>;
    expect(await getExport(input)).toEqual({
      taskId,
      taskName: "hss-export",
      status: "running",
      fileId: undefined,
      fileName: undefined,
      reason: undefined,
    });
    expect(seen.map(({ method, url }) => `${method} ${url.href}`)).toEqual([
      `GET https://hss.ap-southeast-3.myhuaweicloud.com/v5/p1/${path}`,
    ]);
    expect(seen[0]?.headers.get("region")).toBe(path.startsWith("export-task/") ? "ap-southeast-3" : null);
  });

  it.each([
    [{}, ["export-task/t1", "event/export-task/t1", "export-task"]],
    [{ kind: "events" }, ["event/export-task/t1", "export-task/t1", "export-task"]],
    [{ exportTaskType: "x" }, ["export-task", "export-task/t1", "event/export-task/t1"]],
    [{ pollBy: "event" }, ["event/export-task/t1"]],
  ] as const)("[HSS-9] %j asks in turn where the task is not found", async (input, paths) => {
    for (const unknown of [
      () => refusal("HSS.0011"),
      () => refusal("APIGW.0101", 404),
      () => HttpResponse.json({}),
    ]) {
      const seen = answer(unknown);
      await expect(getExport(input)).rejects.toMatchObject({ name: /ServiceError|ResponseFormatError/ });
      expect(seen.map(({ url }) => url.pathname.replace("/v5/p1/", ""))).toEqual(paths);
    }
  });

  it("[HSS-9] asks no further where the service refuses for another reason", async () => {
    const seen = answer(() => refusal("HSS.0013"));
    await expect(getExport({})).rejects.toMatchObject({
      kind: "forbidden",
      operation: "ListQueryExportTask",
    });
    expect(seen).toHaveLength(1);
  });

  it("[HSS-9] says what the first way said where none knows the task", async () => {
    answer(() => refusal("HSS.0011"));
    await expect(getExport({})).rejects.toMatchObject({
      name: "ServiceError",
      kind: "not-found",
      serviceCode: "HSS.0011",
      operation: "ListQueryExportTask",
    });
  });

  it.each([
    [{}, "taskId"],
    [{ taskId: "" }, "taskId"],
    [{ taskId: "x".repeat(65) }, "taskId"],
    [{ taskId: "t", pollBy: "any" }, "pollBy"],
    [{ taskId: "t", kind: "hosts" }, "kind"],
    [{ taskId: "t", fileId: "f" }, "fileId"],
  ])("[HSS-8] refuses %j", async (input, option) => {
    const seen = answer(jobAnswers());
    await using hss = createHssDownloadClient(options);
    const expected = { code: "CONFIGURATION", option };
    await expect(hss.getExport(input as ExportTaskInput)).rejects.toMatchObject(expected);
    await expect(hss.waitForExport(input as ExportTaskInput)).rejects.toMatchObject(expected);
    expect(seen).toEqual([]);
  });

  it("[HSS-9] keeps what no document names", async () => {
    answer(() => HttpResponse.json({ ...running, task_status: "queued", file_id: null, ahead: 3 }));
    expect(await getExport({})).toEqual({
      taskId: "t1",
      taskName: "hss-export",
      status: "queued",
      fileId: undefined,
      fileName: undefined,
      reason: '{"ahead":3}',
    });
  });
});

describe("waitForExport", () => {
  it("[HSS-10] resolves with the file, by the id of the task alone", async () => {
    const seen = answer(jobAnswers([running, { task_status: "queued" }, success]));
    expect(await waitForExport()).toEqual({
      taskId: "t1",
      taskName: "hss-export",
      status: "success",
      fileId: "f1",
      fileName: "hss-vul-vul-zh-0a1b2c3d.zip",
      reason: undefined,
    });
    expect(seen).toHaveLength(3);
  });

  it("[HSS-10] stays with the way that knows the task", async () => {
    let polls = 0;
    const seen = answer(({ url }) =>
      url.pathname.includes("/event/")
        ? HttpResponse.json(++polls < 3 ? running : success)
        : refusal("HSS.0011"),
    );
    expect(await waitForExport()).toMatchObject({ fileId: "f1" });
    expect(seen.map(({ url }) => url.pathname.replace("/v5/p1/", ""))).toEqual([
      "export-task/t1",
      ...Array(3).fill("event/export-task/t1"),
    ]);
  });

  it.each([
    [{}, undefined],
    [{ fail_reason: "disk full" }, '{"fail_reason":"disk full"}'],
  ])("[HSS-10] rejects when the task failed, with whatever else was said: %j", async (others, reason) => {
    answer(jobAnswers([running, { task_name: "n", task_status: "failure", ...others }]));
    const failure = waitForExport();
    await expect(failure).rejects.toMatchObject({ name: "ExportFailedError", taskId: "t1", reason });
    await expect(failure).rejects.toThrow(/"failure"/);
  });

  it("[HSS-10] rejects at once when HSS does not know the task", async () => {
    answer(() => refusal("HSS.0011"));
    await expect(waitForExport()).rejects.toMatchObject({ name: "ServiceError", kind: "not-found" });
  });

  it("[HSS-10] rejects when a task has succeeded without a file", async () => {
    answer(jobAnswers([{ task_status: "success", file_id: "" }]));
    await expect(waitForExport()).rejects.toMatchObject({ name: "ResponseFormatError", path: "file_id" });
  });

  it("[HSS-10] ends at its limit, with the id by which it can be taken up", async () => {
    answer(jobAnswers([running]));
    await using hss = createHssDownloadClient(options);
    await expect(hss.waitForExport({ taskId: "t1" }, { ...quick, timeoutMs: 30 })).rejects.toMatchObject({
      name: "TimeoutError",
      phase: "wait",
      taskId: "t1",
    });
  });

  it("[HSS-10] outlives an outage", async () => {
    answer(jobAnswers([running, refusal("HSS.0041", 500), refusal("HSS.0041", 500), success]));
    expect(await waitForExport()).toMatchObject({ fileId: "f1" });
  });
});

describe("listOperationReports", () => {
  it("[HSS-14] goes through all pages", async () => {
    const ids = Array.from({ length: 201 }, (_, index) => `report-${index}`);
    const seen = answer(({ url }) => {
      const offset = Number(url.searchParams.get("offset"));
      const page = ids.slice(offset, offset + Number(url.searchParams.get("limit")));
      const data_list = page.map((report_id) => ({
        report_id,
        current_month: 5,
        create_time: "12",
        title: "x",
      }));
      return HttpResponse.json({ total_num: ids.length, data_list });
    });
    await using hss = createHssDownloadClient(options);
    const found = await collect(hss.listOperationReports());
    expect(found.map(({ reportId }) => reportId)).toEqual(ids);
    expect(found[0]).toEqual({
      reportId: "report-0",
      currentMonth: 5,
      currentMonthStart: undefined,
      currentMonthEnd: undefined,
      createTime: 12,
    });
    expect(seen.map(({ url }) => url.href.replace(/.*\/v5\/p1\//, ""))).toEqual([
      "operational-report/reports?offset=0&limit=200",
      "operational-report/reports?offset=200&limit=200",
    ]);
  });

  it("[HSS-14] takes no list for an empty one, and ends with the signal's reason", async () => {
    const seen = answer(() => HttpResponse.json({}));
    await using hss = createHssDownloadClient(options);
    expect(await collect(hss.listOperationReports())).toEqual([]);
    const reason = new Error("enough");
    const ended = collect(hss.listOperationReports({ signal: AbortSignal.abort(reason) }));
    await expect(ended).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
  });
});
