import { describe, expect, it } from "vitest";
import { ask, receive } from "./__fixtures__/client.ts";
import { ddsForTest } from "./__fixtures__/dds-scene.ts";
import { bytesContent } from "./content.ts";
import type { DdsVariants } from "./variants.ts";

describe("[EMU-65] a manual backup", () => {
  it("is built, and has links when it is complete", async () => {
    const { clock, store, instanceId, create, list, links, job } = await ddsForTest();
    store.tasks.planNext({ seconds: 100, content: bytesContent(Buffer.from("the backup")) });
    const { status, body } = await create({ instance_id: instanceId, name: "by-hand", description: "mine" });
    expect(status).toBe(202);
    expect((await job(body.job_id)).error_code).toBe("DBS.200001");
    clock.pass(60);
    expect(await job(body.job_id)).toEqual({
      job: {
        id: body.job_id,
        name: "MongodbSnapshotBackup",
        status: "Running",
        progress: "60%",
        fail_reason: null,
        created: "2030-01-01T00:00:00+0000",
        ended: "2030-01-01T00:01:00+0000",
        instance: { id: instanceId, name: "orders" },
      },
    });
    expect((await list({ backup_status: "BUILDING" })).backups).toMatchObject([
      { id: body.backup_id, end_time: "", size: 0, type: "Manual", description: "mine" },
    ]);
    expect(store.backups.size).toBe(0);
    expect(await links(body.backup_id)).toMatchObject({ status: 400, body: { error_code: "DBS.201202" } });
    clock.pass(40);
    expect((await job(body.job_id)).job).toMatchObject({ status: "Completed", progress: "" });
    const { files } = (await links(body.backup_id)).body;
    expect(files).toMatchObject([{ name: "by-hand.tar.gz", size: 1 }]);
    expect((await receive(files[0].download_link)).bytes.toString()).toBe("the backup");
  });

  it("of a cluster has a file for each shard and one for config, or those that are planned", async () => {
    const { store, create, files, emulator, v3 } = await ddsForTest();
    store.addInstance({ instanceId: "cluster", mode: "Sharding" });
    const linksOf = async (id: string) =>
      (await ask(emulator, `GET ${v3}/backups/download-file?instance_id=cluster&backup_id=${id}`)).body.files;
    const usual = await create({ instance_id: "cluster", name: "usual" });
    expect(await linksOf(usual.body.backup_id)).toMatchObject([
      { group_name: "shard_1", name: "usual_shard_1.tar.gz" },
      { group_name: "shard_2" },
      { group_name: "config", group_id: expect.stringMatching(/gr02$/) },
    ]);
    store.planFiles(files);
    const planned = await create({ instance_id: "cluster", name: "planned" });
    expect(await linksOf(planned.body.backup_id)).toMatchObject([{ name: "a.tar.gz" }]);
  });

  it("may fail", async () => {
    const { clock, store, instanceId, create, list, links, job } = await ddsForTest();
    store.tasks.planNext({ outcome: "fails", reason: "no space" });
    const { body } = await create({ instance_id: instanceId, name: "fails" });
    clock.pass(3);
    expect((await job(body.job_id)).job).toMatchObject({ status: "Failed", fail_reason: "no space" });
    expect((await list()).backups).toMatchObject([{ status: "FAILED" }]);
    expect((await links(body.backup_id)).body.error_code).toBe("DBS.280124");
  });

  it.each<[string, object, string]>([
    ["without an instance", { name: "good" }, "DBS.200001"],
    ["without a name", { instance_id: "instance-1" }, "DBS.200001"],
    ["of another instance", { instance_id: "other", name: "good" }, "DBS.200002"],
    ["with a short name", { instance_id: "instance-1", name: "abc" }, "DBS.280277"],
    ["with a long name", { instance_id: "instance-1", name: "a".repeat(65) }, "DBS.280277"],
    ["with a digit first", { instance_id: "instance-1", name: "1good" }, "DBS.280277"],
    [
      "with a long description",
      { instance_id: "instance-1", name: "good", description: "x".repeat(257) },
      "DBS.200001",
    ],
    ["with a bad description", { instance_id: "instance-1", name: "good", description: "a=b" }, "DBS.200001"],
  ])("is refused %s", async (_name, backup, code) => {
    const { create, store } = await ddsForTest();
    expect((await create(backup)).body.error_code).toBe(code);
    expect(store.listBackups()).toEqual([]);
  });

  it("is refused when its name is taken, or its instance busy or frozen", async () => {
    const { store, instanceId, create } = await ddsForTest();
    store.addInstance({ instanceId: "frozen", status: "frozen" });
    store.tasks.planAll({ seconds: 60 });
    expect((await create({ instance_id: instanceId, name: "once", description: "" })).status).toBe(202);
    const code = async (instance_id: string, name: string) =>
      (await create({ instance_id, name })).body.error_code;
    expect(await code(instanceId, "once")).toBe("DBS.201201");
    expect(await code(instanceId, "twice")).toBe("DBS.200019");
    expect(await code("frozen", "cold")).toBe("DBS.200019");
  });

  it("is deleted by a job, with its files", async () => {
    const { clock, emulator, store, instanceId, files, v3, list, links } = await ddsForTest();
    store.addBackup({ instanceId, backupId: "b1", files });
    store.addBackup({ instanceId, backupId: "auto", files, type: "Auto" });
    const link = (await links("b1")).body.files[0].download_link;
    store.tasks.planNext({ seconds: 10 });
    const remove = (id: string) => ask(emulator, `DELETE ${v3}/backups/${id}`);
    expect(await remove("b1")).toMatchObject({ status: 202, body: { job_id: expect.any(String) } });
    expect((await list({ backup_id: "b1" })).backups).toMatchObject([{ status: "DISABLED" }]);
    expect((await links("b1")).body.error_code).toBe("DBS.201204");
    expect((await remove("b1")).body.error_code).toBe("DBS.201204");
    clock.pass(10);
    expect((await list({ backup_id: "b1" })).total_count).toBe(0);
    expect((await receive(link)).status).toBe(404);
    expect((await remove("b1")).body.error_code).toBe("DBS.201214");
    expect((await remove("auto")).body.error_code).toBe("DBS.280124");
  });

  it("has a job in the list of tasks", async () => {
    const { emulator, instanceId, create } = await ddsForTest();
    const { body } = await create({ instance_id: instanceId, name: "listed" });
    const tasks = async (query: Record<string, string>) =>
      (await ask(emulator, `GET /v3.1/${emulator.projectId}/jobs?${new URLSearchParams(query)}`)).body;
    const month = { start_time: "2030-01-01T00:00:00+0000", end_time: "2030-01-31T00:00:00+0000" };
    expect(await tasks(month)).toMatchObject({
      total_count: 1,
      jobs: [
        {
          id: body.job_id,
          instance_name: "orders",
          status: "Completed",
          ended_at: "2030-01-01T00:00:00+0000",
        },
      ],
    });
    expect((await tasks({ ...month, status: "Running" })).total_count).toBe(0);
    expect((await tasks({ ...month, name: "MongodbSnapshotBackup", id: body.job_id })).total_count).toBe(1);
    expect((await tasks({ ...month, end_time: "2030-02-01T00:00:00+0000" })).error_code).toBe("DBS.200001");
    expect((await tasks({ start_time: month.start_time })).error_code).toBe("DBS.200001");
    expect((await tasks({ ...month, limit: "101" })).error_code).toBe("DBS.200001");
    const raw = `start_time=${month.start_time}&end_time=${month.end_time}`;
    expect((await ask(emulator, `GET /v3.1/${emulator.projectId}/jobs?${raw}`)).status).toBe(400);
  });
});

describe("[EMU-66] the policy of downloads", () => {
  const closed = async (variants: Partial<DdsVariants>) => {
    const scene = await ddsForTest(variants);
    const { emulator, v3, store, instanceId, files } = scene;
    store.addBackup({ instanceId, backupId: "b1", files });
    const link = (await scene.links("b1")).body.files[0].download_link;
    expect((await ask(emulator, `POST ${v3}/backups/download-policy`, { action: "close" })).body).toEqual({});
    return { ...scene, link };
  };

  it("refuses links when it is closed, and kills those that are out", async () => {
    const { emulator, v3, links, link } = await closed({});
    const policy = `${v3}/backups/download-policy`;
    expect(await links("b1")).toMatchObject({ status: 403, body: { error_code: "DBS.280032" } });
    expect((await receive(link)).status).toBe(403);
    const { id, action } = (await ask(emulator, `GET ${policy}`)).body;
    expect(action).toBe("close");
    expect((await ask(emulator, `PUT ${policy}`, { action: "open" })).body.error_code).toBe("DBS.200001");
    expect((await ask(emulator, `PUT ${policy}`, { id: "x", action: "open" })).status).toBe(400);
    expect((await ask(emulator, `PUT ${policy}`, { id, action: "ajar" })).status).toBe(400);
    expect((await ask(emulator, `PUT ${policy}`, { id, action: "open" })).body).toEqual({});
    expect((await receive(link)).status).toBe(200);
  });

  it("[EMU-5] may give links that lead nowhere", async () => {
    const { links } = await closed({ closedPolicy: "dead-link" });
    const { status, body } = await links("b1");
    expect(status).toBe(200);
    const dead = await receive(body.files[0].download_link);
    expect([dead.status, dead.bytes.toString()]).toEqual([403, expect.stringContaining("AccessDenied")]);
    expect(dead.bytes.toString()).not.toContain("expired");
  });
});

describe("[EMU-5] variants of DDS", () => {
  it.each([
    ["docs", "Auto"],
    ["sdk", "auto"],
  ] as const)("types are as in the %s", async (backupType, type) => {
    const { store, files, list } = await ddsForTest({ backupType });
    store.addBackup({ files, type: "Auto" });
    expect((await list({ backup_type: type })).backups).toMatchObject([{ type }]);
  });

  it.each(["DISABLED", "DELETING"] as const)(
    "a backup that is being deleted is %s",
    async (deletingStatus) => {
      const { emulator, store, files, list, v3 } = await ddsForTest({ deletingStatus });
      store.addBackup({ backupId: "b1", files });
      store.tasks.planAll({ seconds: 10 });
      await ask(emulator, `DELETE ${v3}/backups/b1`);
      expect((await list()).backups).toMatchObject([{ status: deletingStatus }]);
    },
  );

  it.each([
    ["refused", 400],
    ["given", 200],
  ] as const)("links of a part or a snapshot are %s", async (partialLinks, status) => {
    const { store, instanceId, files, links } = await ddsForTest({ partialLinks });
    store.addBackup({ instanceId, backupId: "part", files, type: "Incremental" });
    store.addBackup({ instanceId, backupId: "snapshot", files, method: "Snapshot" });
    expect([(await links("part")).status, (await links("snapshot")).status]).toEqual([status, status]);
  });

  it.each(["newest-first", "oldest-first"] as const)("backups are listed %s", async (backupOrder) => {
    const { store, files, names } = await ddsForTest({ backupOrder });
    const add = (name: string, day: string) => store.addBackup({ files, name, beginTime: new Date(day) });
    add("second", "2029-02-01");
    add("first", "2029-01-01");
    add("third", "2029-02-01");
    const expected = ["first", "second", "third"];
    expect(await names()).toEqual(backupOrder === "oldest-first" ? expected : expected.reverse());
  });

  it.each([
    ["refused", 400, "DBS.200001"],
    ["empty", 200, undefined],
    ["shown", 200, undefined],
  ] as const)("a new job is %s", async (newJob, status, error_code) => {
    const { clock, emulator, v3, instanceId, create, job } = await ddsForTest({ newJob });
    const { job_id } = (await create({ instance_id: instanceId, name: "fresh" })).body;
    const first = await ask(emulator, `GET ${v3}/jobs?id=${job_id}`);
    expect([first.status, first.body.error_code]).toEqual([status, error_code]);
    if (newJob === "empty") expect(first.body).toEqual({ job: null });
    clock.pass(3);
    expect((await job(job_id)).job).toMatchObject({ id: job_id, status: "Completed" });
  });
});
