import { describe, expect, it } from "vitest";
import { ask, emulatorForTest, withToken } from "./__fixtures__/client.ts";
import { testClock } from "./__fixtures__/clock.ts";
import { bytesContent } from "./content.ts";
import type { RomaVariants } from "./variants.ts";

async function romaForTest(roma: Partial<RomaVariants> = {}) {
  const clock = testClock();
  const emulator = await emulatorForTest({ now: clock.now, variants: { roma } });
  const store = emulator.store.roma;
  const { instanceId } = store.addInstance({ instanceId: "instance-1" });
  const { appId } = store.addApp({ instanceId, appId: "app-1", name: "orders", key: "secret-of-app-1" });
  const { taskId } = store.addTask({ instanceId, taskId: "task-1", name: "nightly" });
  const base = `/v2/${emulator.projectId}/instances/${instanceId}`;
  const start = (body: unknown) => ask(emulator, `POST ${base}/assets/export`, body);
  const job = async (id: unknown) => (await ask(emulator, `GET ${base}/assets/jobs/${id}`)).body;
  const whole = { apps: [{ id: appId }], tasks: [{ id: taskId }] };
  return { clock, emulator, store, base, start, job, whole, instanceId };
}

describe("[EMU-60] a job that exports assets", () => {
  it("runs, succeeds, and leaves an archive that is given once", async () => {
    const { clock, emulator, store, base, start, job, whole } = await romaForTest();
    store.tasks.planNext({ seconds: 10, content: bytesContent(Buffer.from("the assets")) });
    const { status, body } = await start(whole);
    expect(status).toBe(200);
    clock.pass(5);
    const running = await job(body.job_id);
    expect(running).toEqual({
      id: body.job_id,
      type: "exportAsset",
      status: "RUNNING",
      reasons: [],
      progress_percent: 0.5,
      begin_time: "2030-01-01T00:00:00Z",
    });
    clock.pass(5);
    const ended = await job(body.job_id);
    expect(ended).toMatchObject({
      status: "SUCCEEDED",
      progress_percent: 1,
      archive_id: expect.any(String),
      end_time: "2030-01-01T00:00:10Z",
    });
    const archive = `${base}/assets/archives/${ended.archive_id}`;
    expect((await withToken(emulator, archive)).bytes.toString()).toBe("the assets");
    expect((await withToken(emulator, archive)).status).toBe(400);
  });

  it("has no archive before it has ended", async () => {
    const { store, emulator, base, start, whole } = await romaForTest();
    store.tasks.planAll({ seconds: 10 });
    const { body } = await start(whole);
    const early = `${base}/assets/archives/${store.jobs.get(body.job_id)?.archiveId}`;
    expect((await withToken(emulator, early)).status).toBe(400);
    expect(store.archives.size).toBe(0);
  });

  it("ends at once with an archive when nothing is planned", async () => {
    const { start, job, whole, store } = await romaForTest();
    const { body } = await start(whole);
    expect((await job(body.job_id)).status).toBe("SUCCEEDED");
    expect([...store.archives.values()][0]?.content.bytes).toBeGreaterThan(4000);
  });

  it("fails with reasons", async () => {
    const { start, job, whole, store } = await romaForTest();
    store.tasks.planNext({ outcome: "fails", reason: "disk full" });
    const failed = await job((await start(whole)).body.job_id);
    expect(failed).toMatchObject({ status: "FAILED", reasons: [{ error_msg: "disk full" }] });
    expect(failed).not.toHaveProperty("archive_id");
    expect(store.archives.size).toBe(0);
  });

  it("is the only one that runs", async () => {
    const { clock, start, whole, store } = await romaForTest();
    store.tasks.planAll({ seconds: 10 });
    expect((await start(whole)).status).toBe(200);
    const second = await start(whole);
    expect([second.status, second.body.error_code]).toEqual([400, "ROMA.10012"]);
    clock.pass(10);
    expect((await start(whole)).status).toBe(200);
  });

  const many = (count: number) => Array.from({ length: count }, () => ({ id: "app-1" }));
  it.each<[string, unknown]>([
    ["without apps", { tasks: [] }],
    ["with apps that are ids", { apps: ["app-1"], tasks: [] }],
    ["without tasks", { apps: [{ id: "app-1" }] }],
    ["of nothing", { apps: [], tasks: [] }],
    ["of 101 assets", { apps: many(100), tasks: [{ id: "task-1" }] }],
    ["that is no object", []],
  ])("is refused %s", async (_name, body) => {
    const { start, store } = await romaForTest();
    const refused = await start(body);
    expect([refused.status, refused.body.error_code]).toEqual([400, "ROMA.13000"]);
    expect(store.jobs.size).toBe(0);
  });

  it("takes 100 assets", async () => {
    expect((await (await romaForTest()).start({ apps: many(100), tasks: [] })).status).toBe(200);
  });

  it("answers 500 for an instance that is not there, and 400 for a job", async () => {
    const { emulator, base, whole } = await romaForTest();
    const missing = await ask(emulator, `POST ${base}-other/assets/export`, whole);
    expect([missing.status, missing.body.error_code]).toEqual([500, "ROMA.00110002"]);
    const unknown = await ask(emulator, `GET ${base}/assets/jobs/unknown`);
    expect([unknown.status, unknown.body.error_code]).toEqual([400, "ROMA.13000"]);
  });
});

describe("[EMU-5] variants of ROMA Connect", () => {
  it("tasks may be left out", async () => {
    const { start } = await romaForTest({ tasksField: "optional" });
    expect((await start({ apps: [{ id: "app-1" }] })).status).toBe(200);
  });

  it.each(["reasons", "reason"] as const)("the list is named %s", async (reasonField) => {
    const { start, job, whole, store } = await romaForTest({ reasonField });
    store.tasks.planAll({ outcome: "fails" });
    expect((await job((await start(whole)).body.job_id))[reasonField]).toMatchObject([
      { error_code: "ROMA.10010" },
    ]);
  });

  it.each([
    ["upper", "SUCCEEDED"],
    ["capitalized", "Succeeded"],
  ] as const)("the status is %s", async (statusCase, status) => {
    const { start, job, whole } = await romaForTest({ statusCase });
    expect((await job((await start(whole)).body.job_id)).status).toBe(status);
  });

  it.each([
    ["text", "2030-01-01T00:00:00Z"],
    ["number", Date.parse("2030-01-01T00:00:00Z")],
  ] as const)("times are a %s", async (times, time) => {
    const { start, job, whole } = await romaForTest({ times });
    expect(await job((await start(whole)).body.job_id)).toMatchObject({ begin_time: time, end_time: time });
  });

  it("an asset that is not there fails the job, or is refused", async () => {
    const unknown = { apps: [{ id: "app-1" }, { id: "app-9" }], tasks: [{ id: "task-9" }] };
    const { start, job } = await romaForTest();
    expect(await job((await start(unknown)).body.job_id)).toMatchObject({
      status: "FAILED",
      reasons: [
        { resource_type: "application", resource_name: "app-9", error_code: "ROMA.12001" },
        { resource_type: "task", resource_name: "task-9" },
      ],
    });
    const refused = await (await romaForTest({ unknownAsset: "refused" })).start(unknown);
    expect([refused.status, refused.body.error_code]).toEqual([400, "ROMA.12001"]);
  });
});

describe("[EMU-61] ROMA Connect lists", () => {
  it("instances page by page, also by status", async () => {
    const { emulator, store } = await romaForTest();
    for (let index = 2; index <= 12; index += 1) store.addInstance({ instanceId: `instance-${index}` });
    store.addInstance({ instanceId: "frozen", status: "FROZEN" });
    const list = async (query: string) =>
      (await ask(emulator, `GET /v2/${emulator.projectId}/instances?${query}`)).body;
    expect(await list("")).toMatchObject({ total: 13, size: 10 });
    const rest = await list("offset=10&limit=5");
    expect([rest.size, rest.instances.at(-1)]).toMatchObject([3, { id: "frozen", status: "FROZEN" }]);
    expect((await list("status=FROZEN")).total).toBe(1);
    expect((await list("status=DELETE_FALIED")).total).toBe(0);
    expect((await list("status=frozen")).error_code).toBe("ROMA.13000");
    expect((await list("limit=0")).error_code).toBe("ROMA.13000");
    expect((await list("offset=-1")).error_code).toBe("ROMA.13000");
  });

  it("applications, each with its secret", async () => {
    const { emulator, store, base } = await romaForTest();
    store.addApp({ instanceId: "instance-2", name: "orders elsewhere" });
    const { body } = await ask(emulator, `GET ${base}/apps?name=order`);
    expect(body).toMatchObject({
      total: 1,
      size: 1,
      apps: [{ id: "app-1", name: "orders", key: "secret-of-app-1" }],
    });
    expect((await ask(emulator, `GET ${base}/apps?name=other`)).body.total).toBe(0);
    expect((await ask(emulator, `GET ${base}-other/apps`)).status).toBe(500);
  });

  it("tasks of data integration as entities", async () => {
    const { emulator, store, instanceId } = await romaForTest();
    store.addTask({ instanceId, taskId: "task-2", name: "live", type: "realtime", status: "0" });
    const path = `GET /v2/${emulator.projectId}/fdi/instances/${instanceId}/tasks`;
    const ids = async (query: string) =>
      (await ask(emulator, `${path}?${query}`)).body.entities?.map(
        (task: { task_id: string }) => task.task_id,
      );
    expect(await ids("")).toEqual(["task-1", "task-2"]);
    expect(await ids("task_type=realtime&status=0")).toEqual(["task-2"]);
    expect(await ids("task_id=task-1")).toEqual(["task-1"]);
    expect(await ids("name=night")).toEqual(["task-1"]);
    expect(await ids("offset=1&limit=999")).toEqual(["task-2"]);
    expect(await ids("limit=1000")).toBeUndefined();
    expect(await ids("status=2")).toBeUndefined();
  });
});
