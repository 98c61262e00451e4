import { describe, expect, it } from "vitest";
import { emulatorForTest, json, type Received, signed, withToken } from "./__fixtures__/client.ts";
import { bytesContent } from "./content.ts";
import type { Emulator, EmulatorOptions } from "./emulator.ts";
import type { IotdaVariants } from "./variants.ts";

const batchTask = "5c90fa7d3c4e4405e8525079";
const content = (text: string) => bytesContent(Buffer.from(text));

/** An emulator whose clock a test sets, in seconds from its start. */
async function stage(iotda: Partial<IotdaVariants> = {}, options: EmulatorOptions = {}) {
  let now = Date.UTC(2030, 0, 1);
  const emulator = await emulatorForTest({ ...options, now: () => new Date(now), variants: { iotda } });
  const base = `/v5/iot/${emulator.projectId}`;
  const at = () => new Date(now);
  return {
    emulator,
    store: emulator.store.iotda,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    create: (body: unknown, headers: Record<string, string> = {}) =>
      signed(emulator, `${base}/export-tasks`, {
        method: "POST",
        body: JSON.stringify(body),
        headers,
        date: at(),
      }),
    list: async (query = "") =>
      json(await withToken(emulator, `${base}/export-tasks?resource_type=BatchTask${query}`)),
    ask: (path: string, headers?: Record<string, string>) => withToken(emulator, `${base}/${path}`, headers),
    remove: (id: unknown) => signed(emulator, `${base}/export-tasks/${id}`, { method: "DELETE", date: at() }),
    file: (id: unknown) => withToken(emulator, `${base}/export-tasks/${id}/file`),
  };
}

const request = (task_id = batchTask, more: object = {}) => ({
  resource_type: "BatchTask",
  resource_condition: { task_id },
  ...more,
});
const ids = (listed: Record<string, unknown>) =>
  (listed.export_tasks as { export_task_id: string }[]).map((task) => task.export_task_id);
const seen = (answer: Received) => [answer.status, json(answer).error_code];

describe("[EMU-45] export tasks", () => {
  it("are created, listed as far as they have come, downloaded and deleted", async () => {
    const { store, pass, create, list, file, remove } = await stage();
    store.tasks.planNext({ seconds: 10, content: content("a result") });
    const answer = await create(request());
    const created = json(answer);
    expect([answer.status, created]).toEqual([
      201,
      {
        export_task_id: expect.stringMatching(/^[0-9a-f]{24}$/),
        resource_type: "BatchTask",
        resource_condition: { task_id: batchTask },
        export_format: "xls",
        status: "Processing",
        export_count: 0,
        progress: 1,
        create_time: "2030-01-01T00:00:00.000Z",
        app_type: "GLOBAL",
      },
    ]);
    pass(5);
    expect((await list()).export_tasks).toMatchObject([{ status: "Processing", progress: 50 }]);
    pass(10);
    const listed = await list();
    const id = created.export_task_id;
    expect(listed.page).toEqual({ count: 1, marker: id });
    const end_time = "2030-01-01T00:00:10.000Z";
    expect(listed.export_tasks).toMatchObject([
      { export_task_id: id, status: "Success", progress: 100, end_time },
    ]);
    expect((await file(id)).bytes.toString()).toBe("a result");
    expect((await remove(id)).status).toBe(204);
    expect((await list()).export_tasks).toEqual([]);
    expect(seen(await file(id))).toEqual([404, "IOTDA.014016"]);
    expect(seen(await remove(id))).toEqual([404, "IOTDA.014016"]);
  });

  it("have a zip for a file, or fail, as planned", async () => {
    const { store, create, list, file } = await stage();
    const good = json(await create(request()));
    store.tasks.planNext({ outcome: "fails" });
    const bad = json(await create(request("a1")));
    expect((await list()).export_tasks).toMatchObject([{ status: "Failed" }, { status: "Success" }]);
    expect((await file(good.export_task_id)).bytes.subarray(0, 2).toString()).toBe("PK");
    expect((await file(bad.export_task_id)).status).toBe(404);
  });

  it.each([
    [{ resource_condition: { task_id: batchTask } }, "resource_type is required"],
    [request(batchTask, { resource_type: "BatchTasks" }), "resource_type is invalid"],
    [{ resource_type: "BatchTask" }, "resource_condition is required"],
    [request(batchTask, { resource_condition: "{}" }), "resource_condition is invalid"],
    [request(batchTask, { resource_condition: {} }), "task_id is required"],
    [request("G"), "task_id is invalid"],
    [request(batchTask, { export_format: "csv" }), "export_format is invalid"],
    [request(batchTask, { app_type: "app" }), "app_type is invalid"],
    [request(batchTask, { app_id: "a/b" }), "app_id is invalid"],
  ])("are not created from %j", async (body, message) => {
    const { create } = await stage();
    const answer = await create(body);
    expect([answer.status, json(answer)]).toEqual([
      400,
      { error_code: "IOTDA.000006", error_msg: `Invalid input: ${message}.` },
    ]);
  });

  it("are not created from what is no object", async () => {
    const { create } = await stage();
    expect(seen(await create("text"))).toEqual([400, "IOTDA.000008"]);
    expect(seen(await create(null))).toEqual([400, "IOTDA.000008"]);
  });

  it("come newest first, a page at a time", async () => {
    const { store, pass, list, ask, emulator } = await stage();
    const added = Array.from({ length: 25 }, () => {
      pass(1);
      return store.addExportTask({ content: content("x") }).exportTaskId;
    }).reverse();
    expect(added).toEqual([...added].sort().reverse());
    const first = await list();
    expect(ids(first)).toEqual(added.slice(0, 10));
    expect(first.page).toEqual({ count: 25, marker: added[9] });
    expect(ids(await list(`&limit=50&marker=${added[9]}`))).toEqual(added.slice(10));
    expect(ids(await list(`&limit=2&offset=3&marker=${added[9]}`))).toEqual(added.slice(13, 15));
    expect(await list(`&marker=${added[24]}`)).toEqual({ export_tasks: [], page: { count: 25 } });
    const refuse = async (query: string) => seen(await ask(`export-tasks?${query}`));
    expect(await refuse("")).toEqual([400, "IOTDA.000006"]);
    const type = "resource_type=BatchTask&";
    expect(await refuse(`${type}limit=51`)).toEqual([400, "IOTDA.000017"]);
    expect(await refuse(`${type}limit=0`)).toEqual([400, "IOTDA.000017"]);
    expect(await refuse(`${type}offset=501`)).toEqual([400, "IOTDA.000006"]);
    expect(await refuse(`${type}marker=z`)).toEqual([400, "IOTDA.000006"]);
    expect(await refuse(`${type}resource_condition=task_id`)).toEqual([400, "IOTDA.000006"]);
    expect(emulator.store.iotda.listExportTasks()).toHaveLength(25);
  });

  it("are found by their conditions", async () => {
    const { create, list } = await stage();
    const one = json(await create(request("a1"))).export_task_id;
    const app = json(await create(request("a1", { app_type: "APP", app_id: "app-1" }))).export_task_id;
    const byDefault = json(await create(request("a2", { app_type: "APP" })));
    const condition = (task_id: string) =>
      `&resource_condition=${encodeURIComponent(JSON.stringify({ task_id }))}`;
    expect(ids(await list())).toEqual([one]);
    expect(ids(await list(condition("a1")))).toEqual([one]);
    expect(ids(await list(condition("a2")))).toEqual([]);
    expect(ids(await list("&app_type=APP"))).toEqual([byDefault.export_task_id, app]);
    expect(ids(await list("&app_type=APP&app_id=app-1"))).toEqual([app]);
    expect(byDefault.app_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("are 50 at most, of which the oldest goes, and 5 unfinished", async () => {
    const { store, pass, create, list, file } = await stage();
    const oldest = store.addExportTask({ content: content("x") }).exportTaskId;
    for (let index = 0; index < 44; index += 1) store.addExportTask({ content: content("x") });
    store.tasks.planAll({ seconds: 10 });
    for (const task of ["a1", "a2", "a3", "a4", "a5"]) expect((await create(request(task))).status).toBe(201);
    expect(seen(await create(request("a6")))).toEqual([403, "IOTDA.021102"]);
    expect((await file(oldest)).status).toBe(200);
    pass(11);
    expect((await create(request("a6"))).status).toBe(201);
    expect((await list("&limit=50")).page).toMatchObject({ count: 50 });
    expect(seen(await file(oldest))).toEqual([404, "IOTDA.014016"]);
  });

  it("of another account are not seen, nor its conditions", async () => {
    const { emulator, create, list } = await stage();
    const { export_task_id } = json(await create(request()));
    const account = emulator.addAccount();
    const { token } = account.store.iam.issueToken({ projectId: account.projectId });
    const other: Emulator = { ...emulator, ...account, token };
    const path = `/v5/iot/${other.projectId}/export-tasks`;
    expect(json(await withToken(other, `${path}?resource_type=BatchTask`)).export_tasks).toEqual([]);
    expect(seen(await withToken(other, `${path}/${export_task_id}/file`))).toEqual([404, "IOTDA.014016"]);
    expect(ids(await list())).toEqual([export_task_id]);
  });
});

describe("[EMU-5] IoTDA can", () => {
  it("run the same task again for the same conditions", async () => {
    const { store, pass, create, list, file } = await stage();
    store.tasks.planNext({ content: content("first") });
    store.tasks.planNext({ seconds: 10, content: content("second") });
    const { export_task_id: id } = json(await create(request()));
    expect((await file(id)).bytes.toString()).toBe("first");
    expect(json(await create(request())).export_task_id).toBe(id);
    expect((await list()).export_tasks).toMatchObject([{ status: "Processing" }]);
    expect((await file(id)).status).toBe(404);
    pass(10);
    expect((await file(id)).bytes.toString()).toBe("second");
    expect(json(await create(request("a1"))).export_task_id).not.toBe(id);
  });

  it("run another task for the same conditions, whose file replaces that of the first", async () => {
    const { store, pass, create, list, file } = await stage({ sameConditions: "new-task" });
    store.tasks.planNext({ content: content("first") });
    store.tasks.planNext({ seconds: 10, content: content("second") });
    const first = json(await create(request())).export_task_id;
    const other = json(await create(request("a1"))).export_task_id;
    pass(10);
    expect((await file(first)).bytes.toString()).toBe("first");
    store.tasks.planNext({ seconds: 10, content: content("third") });
    const third = json(await create(request())).export_task_id;
    expect(ids(await list())).toEqual([third, other, first]);
    expect((await file(first)).bytes.toString()).toBe("first");
    pass(10);
    expect((await file(first)).bytes.toString()).toBe("third");
    expect((await file(third)).bytes.toString()).toBe("third");
    expect((await file(other)).bytes.toString()).toBe("second");
  });

  it.each([
    ["not-found", [404, "IOTDA.014016"]],
    ["forbidden", [403, "IOTDA.014017"]],
    ["bad-request", [400, "IOTDA.000006"]],
  ] as const)("refuse the file of an unfinished task (%s)", async (unfinishedDownload, refused) => {
    const { store, create, file } = await stage({ unfinishedDownload });
    store.tasks.planNext({ seconds: 10 });
    expect(seen(await file(json(await create(request())).export_task_id))).toEqual(refused);
    store.tasks.planNext({ outcome: "fails" });
    expect(seen(await file(json(await create(request("a1"))).export_task_id))).toEqual(refused);
  });

  it("refuse a sixth task as a bad request", async () => {
    const { store, create } = await stage({ sixthTask: "bad-request" });
    store.tasks.planAll({ seconds: 10 });
    for (const task of ["a1", "a2", "a3", "a4", "a5", "a5"]) {
      expect((await create(request(task))).status).toBe(201);
    }
    expect(seen(await create(request("a6")))).toEqual([400, "IOTDA.000006"]);
  });

  it("want the id of the instance", async () => {
    const { store, create, ask } = await stage({ instanceId: "required" });
    const own = { "instance-id": store.instanceId };
    expect(seen(await create(request()))).toEqual([400, "IOTDA.000006"]);
    expect(seen(await create(request(), { "instance-id": "other" }))).toEqual([400, "IOTDA.000006"]);
    const { export_task_id } = json(await create(request(), own));
    expect((await ask(`export-tasks/${export_task_id}/file`)).status).toBe(400);
    expect((await ask(`export-tasks/${export_task_id}/file`, own)).status).toBe(200);
    expect((await ask("batchtasks?task_type=createDevices")).status).toBe(400);
  });

  it("list what is of an application when nothing is said of it", async () => {
    const { create, list } = await stage({ absentAppType: "all" });
    const { export_task_id } = json(await create(request("a1", { app_type: "APP" })));
    expect(ids(await list())).toEqual([export_task_id]);
  });

  it("refuse a batch task that is not there", async () => {
    const { store, create } = await stage({ unknownBatchTask: "refused" });
    expect(seen(await create(request()))).toEqual([400, "IOTDA.000006"]);
    expect((await create(request(store.addBatchTask().taskId))).status).toBe(201);
  });

  it("hold to another interval between downloads", async () => {
    const { store, pass, file } = await stage({ downloadInterval: "forbidden" }, { downloadIntervalMs: 500 });
    const { exportTaskId } = store.addExportTask({ content: content("x") });
    expect((await file(exportTaskId)).status).toBe(200);
    pass(0.4);
    expect(seen(await file(exportTaskId))).toEqual([403, "IOTDA.021101"]);
    pass(0.1);
    expect((await file(exportTaskId)).status).toBe(200);
  });
});

it("[EMU-46] IoTDA lists batch tasks by type and status, and shows one", async () => {
  const { store, pass, ask } = await stage();
  const first = store.addBatchTask({ taskName: "first" }).taskId;
  pass(1);
  const second = store.addBatchTask({ status: "Waitting", appId: "app-1" }).taskId;
  store.addBatchTask({ taskType: "createMessages" });
  const list = async (query: string) => {
    const { batchtasks, page } = json(await ask(`batchtasks?task_type=createDevices${query}`));
    return [(batchtasks as { task_id: string }[]).map((task) => task.task_id), page];
  };
  expect(await list("")).toEqual([[second, first], { count: 2, marker: first }]);
  expect(await list("&status=Waitting")).toEqual([[second], { count: 1, marker: second }]);
  expect(await list("&app_id=app-1")).toEqual([[second], { count: 1, marker: second }]);
  expect(await list(`&limit=1&marker=${second}`)).toEqual([[first], { count: 2, marker: first }]);
  const batchtask = {
    task_id: first,
    task_name: "first",
    task_type: "createDevices",
    status: "Success",
    create_time: "20300101T000000Z",
  };
  expect(json(await ask(`batchtasks/${first}`))).toEqual({ batchtask, task_details: [], page: { count: 0 } });
  expect((await ask("batchtasks/a1")).status).toBe(404);
  expect(seen(await ask("batchtasks"))).toEqual([400, "IOTDA.000006"]);
  expect(seen(await ask("batchtasks?task_type=all"))).toEqual([400, "IOTDA.000006"]);
  expect(seen(await ask("batchtasks?task_type=createDevices&status=Failed"))).toEqual([400, "IOTDA.000006"]);
});
