import { ExportFailedError, ServiceError, type TaskStatus, TimeoutError } from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import { all, clientOf, failureOf, refusal, useService } from "./__fixtures__/service.ts";
import type { Backup, CreateBackupInput, ListBackupsInput, ListInstancesInput } from "./index.ts";

const service = useService();

const offsetIn = (line: string): number => Number(/offset=(\d+)/.exec(line)?.[1]);

describe("listInstances", () => {
  const nodes = [{ id: "n1", name: "node_1", role: "Primary", status: "normal" }];
  const instance = {
    ...{ id: "i1", name: "dds-1", status: "normal", mode: "Sharding", actions: [] },
    datastore: { type: "DDS-Community", version: "4.4" },
    backup_strategy: { start_time: "00:00-01:00", keep_days: 7 },
    groups: [
      { type: "mongos", id: null, name: null, nodes: [] },
      { type: "shard", id: "g1", name: "shard_1", nodes },
    ],
  };

  it("[DDS-13] goes through all pages, each asked for with all filters", async () => {
    const seen = service.answer(({ line }) => ({
      instances: [{ ...instance, id: `i${offsetIn(line)}` }],
      total_count: 3,
    }));
    await using dds = clientOf();
    const filters = { name: "*d", mode: "Sharding", datastoreType: "DDS-Community", pageSize: 1 } as const;
    const found = await all(dds.listInstances({ ...filters, instanceId: "i", vpcId: "v", subnetId: "s" }));
    expect(found.map(({ instanceId }) => instanceId)).toEqual(["i0", "i1", "i2"]);
    const query = "id=i&name=%2Ad&mode=Sharding&datastore_type=DDS-Community&vpc_id=v&subnet_id=s";
    expect(seen.map(({ line }) => line)).toEqual(
      [0, 1, 2].map((offset) => `GET /instances?${query}&offset=${offset}&limit=1`),
    );
  });

  it("[DDS-13] reads an instance, one that says little, and a list without a total", async () => {
    service.answer(({ line }) => ({
      instances: offsetIn(line) > 0 ? [] : [instance, { id: "i2", name: "dds-2", news: 1, groups: null }],
    }));
    await using dds = clientOf();
    expect(await all(dds.listInstances())).toEqual([
      {
        ...{ instanceId: "i1", name: "dds-1", status: "normal", mode: "Sharding", keepDays: 7 },
        ...{ datastoreType: "DDS-Community", datastoreVersion: "4.4" },
        groups: [
          { type: "mongos", groupId: undefined, name: undefined, nodes: [] },
          {
            ...{ type: "shard", groupId: "g1", name: "shard_1" },
            nodes: [{ nodeId: "n1", name: "node_1", role: "Primary", status: "normal" }],
          },
        ],
      },
      { instanceId: "i2", name: "dds-2", groups: [] },
    ]);
  });

  it("[DDS-5] refuses a wrong filter at once", async () => {
    await using dds = clientOf();
    const attempt = (input: object) => () => dds.listInstances(input as ListInstancesInput);
    expect(attempt({ mode: "Cluster" })).toThrow(expect.objectContaining({ option: "mode" }));
    expect(attempt({ offset: 5 })).toThrow(expect.objectContaining({ option: "offset" }));
  });
});

/** The vendor's sample. */
const sample = {
  ...{ id: "b1", name: "backup-test", instance_id: "i1", instance_name: "test01", description: "" },
  datastore: { type: "DDS-Community", version: "3.4" },
  ...{ type: "auto", status: "COMPLETED", size: 102400 },
  ...{ begin_time: "2019-02-01 07:46:51", end_time: "2019-02-01 07:47:51" },
};
const listOf = (...backups: object[]) => ({ backups, total_count: backups.length });

describe("listBackups", () => {
  it("[DDS-14] sends every filter as it is documented, times in UTC with a space", async () => {
    const seen = service.answer(() => listOf());
    await using dds = clientOf();
    await all(dds.listBackups());
    await all(
      dds.listBackups({
        ...{ instanceId: "i1", backupId: "b1", type: "Incremental", mode: "ReplicaSet", status: "COMPLETED" },
        ...{ name: "n", description: "d", instanceName: "in", orderBy: "beginTime", order: "desc" },
        beginTime: new Date("2018-08-06T10:41:14.999Z"),
        endTime: new Date("2018-08-16T12:41:14+02:00"),
        pageSize: 7,
      }),
    );
    const filters = [
      "instance_id=i1&backup_id=b1&backup_type=Incremental",
      "begin_time=2018-08-06%2010%3A41%3A14&end_time=2018-08-16%2010%3A41%3A14&mode=ReplicaSet",
      "backup_status=COMPLETED&backup_name=n&backup_description=d&instance_name=in",
      "order_field=beginTime&order_rule=desc&offset=0&limit=7",
    ];
    expect(seen.map(({ line }) => line)).toEqual([
      "GET /backups?offset=0&limit=100",
      `GET /backups?${filters.join("&")}`,
    ]);
  });

  it.each([
    [{ beginTime: new Date() }, "beginTime"],
    [{ endTime: new Date() }, "beginTime"],
    [{ orderBy: "name" }, "orderBy"],
    [{ order: "asc" }, "orderBy"],
    [{ type: "Incremental" }, "instanceId"],
    [{ type: "auto" }, "type"],
    [{ status: "DISABLED" }, "status"],
    [{ beginTime: new Date("never"), endTime: new Date() }, "beginTime"],
    [{ beginTime: {}, endTime: new Date() }, "beginTime"],
    [{ beginTime: "2018-08-06 10:41:14", endTime: new Date() }, "beginTime"],
    [{ pageSize: 101 }, "pageSize"],
    [{ offset: 1 }, "offset"],
  ])("[DDS-14] refuses %j at once", async (input, option) => {
    const seen = service.answer(() => listOf());
    await using dds = clientOf();
    expect(() => dds.listBackups(input as ListBackupsInput)).toThrow(
      expect.objectContaining({ code: "CONFIGURATION", option }),
    );
    expect(seen).toEqual([]);
  });

  const [began, ended] = [new Date("2019-02-01T07:46:51Z"), new Date("2019-02-01T07:47:51Z")];
  it.each<[string, object, Partial<Backup>]>([
    [
      "the vendor's sample",
      {},
      {
        ...{ backupId: "b1", name: "backup-test", instanceId: "i1", instanceName: "test01" },
        ...{ datastoreType: "DDS-Community", datastoreVersion: "3.4", description: undefined },
        ...{ type: "Auto", typeText: "auto", status: "COMPLETED", statusText: "COMPLETED" },
        ...{ beginTime: began, endTime: ended, sizeKb: 102400, instanceMode: undefined, method: undefined },
      },
    ],
    ["the documents' type", { type: "Incremental" }, { type: "Incremental", typeText: "Incremental" }],
    ["the SDKs' type", { type: "incremental" }, { type: "Incremental", typeText: "incremental" }],
    ["an unknown type", { type: "fragment" }, { type: undefined, typeText: "fragment" }],
    ["the documents' deletion", { status: "DISABLED" }, { status: "DELETING", statusText: "DISABLED" }],
    ["the SDKs' deletion", { status: "DELETING" }, { status: "DELETING", statusText: "DELETING" }],
    ["another case", { status: "Building" }, { status: "BUILDING", statusText: "Building" }],
    ["an unknown status", { status: "FROZEN" }, { status: undefined, statusText: "FROZEN" }],
    ["no status", { status: null }, { status: undefined, statusText: undefined }],
    ["one that runs", { end_time: "", size: 0 }, { endTime: undefined, sizeKb: 0 }],
    ["a size as text", { size: "102400" }, { sizeKb: 102400 }],
    ["a time with an offset", { end_time: "2019-02-01T08:47:51+0100" }, { endTime: ended }],
    ["a time that is none", { begin_time: "2019-13-41 07:46:51" }, { beginTime: undefined }],
    [
      "the newer fields",
      { backup_method: "Physical", instance_mode: "Single" },
      { method: "Physical", instanceMode: "Single" },
    ],
  ])("[DDS-14] reads %s", async (_, fields, expected) => {
    service.answer(() => listOf({ ...sample, ...fields }));
    await using dds = clientOf();
    expect(await all(dds.listBackups())).toEqual([expect.objectContaining(expected)]);
  });

  it("[DDS-14] goes on until all are listed, however short the pages are", async () => {
    const seen = service.answer(({ line }) => {
      const offset = offsetIn(line);
      const count = offset === 0 ? 2 : 1;
      const backups = Array.from({ length: count }, (_, index) => ({ ...sample, id: `b${offset + index}` }));
      return { backups, total_count: 4 };
    });
    await using dds = clientOf();
    const found = await all(dds.listBackups({ pageSize: 2 }));
    expect(found.map(({ backupId }) => backupId)).toEqual(["b0", "b1", "b2", "b3"]);
    expect(seen).toHaveLength(3);
  });
});

describe("getBackup", () => {
  it("[DDS-15] finds a backup by its id, and says where there is none", async () => {
    const seen = service.answer(({ line }) => (line.includes("=b1&") ? listOf(sample) : listOf()));
    await using dds = clientOf();
    expect(await dds.getBackup({ backupId: "b1", instanceId: "i1" })).toMatchObject({ backupId: "b1" });
    const failure = await failureOf(dds.getBackup({ backupId: "b2" }));
    expect(ServiceError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ code: "SERVICE_NOT_FOUND", message: expect.stringContaining("b2") });
    expect(seen[0]?.line).toBe("GET /backups?instance_id=i1&backup_id=b1&offset=0&limit=100");
    await expect(dds.getBackup({ backupId: "" })).rejects.toMatchObject({ option: "backupId" });
  });
});

describe("createBackup", () => {
  it("[DDS-16] begins a backup by one POST", async () => {
    const seen = service.answer(() => ({ job_id: "j1", backup_id: "b1" }));
    await using dds = clientOf();
    const made = await dds.createBackup({ instanceId: "i1", name: "mybackup1", description: "The first" });
    expect(made).toEqual({ backupId: "b1", jobId: "j1" });
    expect(seen).toMatchObject([
      {
        line: "POST /backups",
        body: { backup: { instance_id: "i1", name: "mybackup1", description: "The first" } },
      },
    ]);
    expect(seen[0]?.headers.get("content-type")).toBe("application/json");
  });

  it("[DDS-16] takes an answer without a job, as regions of older versions give it", async () => {
    service.answer(() => ({ backup_id: "b1" }));
    await using dds = clientOf();
    const made = await dds.createBackup({ instanceId: "i1", name: "mybackup1" });
    expect(made).toEqual({ backupId: "b1", jobId: undefined });
  });

  it.each([
    [{ name: "abc" }, "name"],
    [{ name: "1abc" }, "name"],
    [{ name: "a.bcd" }, "name"],
    [{ name: "a".repeat(65) }, "name"],
    [{ name: "abcd\n" }, "name"],
    [{ name: undefined }, "name"],
    [{ description: "a < b" }, "description"],
    [{ description: "it's" }, "description"],
    [{ description: "x".repeat(257) }, "description"],
    [{ instanceId: undefined }, "instanceId"],
  ])("[DDS-16] refuses %j before anything is sent", async (wrong, option) => {
    const seen = service.answer(() => ({ backup_id: "b1" }));
    await using dds = clientOf();
    const input = { instanceId: "i1", name: "abcd", ...wrong } as CreateBackupInput;
    await expect(dds.createBackup(input)).rejects.toMatchObject({ code: "CONFIGURATION", option });
    expect(seen).toEqual([]);
  });

  it("[DDS-16] does not send it again when the answer is lost", async () => {
    const seen = service.answer(() => new Response("<p>bad gateway</p>", { status: 502 }));
    await using dds = clientOf({ retry: { baseDelayMs: 1 } });
    await expect(dds.createBackup({ instanceId: "i1", name: "abcd" })).rejects.toMatchObject({ status: 502 });
    expect(seen).toHaveLength(1);
  });
});

describe("deleteBackup", () => {
  it("[DDS-17] deletes by id, and tells the job", async () => {
    const seen = service.answer(() => ({ job_id: "j2" }));
    await using dds = clientOf();
    expect(await dds.deleteBackup({ backupId: "b/1" })).toEqual({ jobId: "j2" });
    expect(seen.map(({ line }) => line)).toEqual(["DELETE /backups/b%2F1"]);
    await expect(dds.deleteBackup({ backupId: ".." })).rejects.toMatchObject({ code: "CONFIGURATION" });
  });
});

describe("waitForBackup", () => {
  const building = { ...sample, status: "BUILDING", end_time: "" };
  const job = (fields: object) => ({ job: { id: "j1", ended: "2019-02-01T07:47:51+0000", ...fields } });
  const running = job({ status: "Running", progress: "60%", fail_reason: null });

  /** Waits while the service answers so, one after another and then the last again; what the wait told is in `told`. */
  async function wait(backups: object[], jobs: object[] = [], more: object = {}) {
    const next = (list: object[]): object => (list.length > 1 ? list.shift() : list[0]) ?? listOf();
    const seen = service.answer(({ line }) => next(line.includes("/jobs") ? jobs : backups));
    await using dds = clientOf();
    const told: TaskStatus[] = [];
    const input = { backupId: "b1", ...(jobs.length > 0 && { jobId: "j1" }) };
    const options = { pollIntervalMs: 1, onStatus: (status: TaskStatus) => void told.push(status), ...more };
    const outcome = await dds.waitForBackup(input, options).catch((reason: unknown) => reason);
    return { outcome, told: told.map(({ status, progressPercent }) => [status, progressPercent]), seen };
  }

  it("[DDS-18] waits by the backup's own status, from its id alone", async () => {
    const { outcome, told, seen } = await wait([listOf(), listOf(building), listOf(sample)]);
    expect(outcome).toMatchObject({ backupId: "b1", status: "COMPLETED" });
    expect(told).toEqual([
      ["not known yet", undefined],
      ["BUILDING", undefined],
      ["COMPLETED", undefined],
    ]);
    expect(new Set(seen.map(({ line }) => line))).toEqual(
      new Set(["GET /backups?backup_id=b1&offset=0&limit=100"]),
    );
  });

  it("[DDS-18] tells how far the job is, and does not mind one that is not known", async () => {
    const unknown = refusal(400, "DBS.200001", "The job does not exist.");
    const jobs = [unknown, { job: null }, { unlike: 1 }, running, job({ status: "Completed", progress: "" })];
    const backups = [listOf(building), listOf(building), listOf(building), listOf(building), listOf(sample)];
    const { outcome, told, seen } = await wait(backups, jobs);
    expect(outcome).toMatchObject({ status: "COMPLETED" });
    expect(told).toEqual([
      ["BUILDING", undefined],
      ["BUILDING", undefined],
      ["BUILDING", undefined],
      ["BUILDING", 60],
      ["COMPLETED", undefined],
    ]);
    expect(seen.some(({ line }) => line === "GET /jobs?id=j1")).toBe(true);
  });

  it.each([
    ["the backup", [listOf({ ...sample, status: "FAILED" })], [], undefined],
    [
      "backup and job",
      [listOf({ ...sample, status: "Failed" })],
      [job({ status: "Failed", fail_reason: "disk full" })],
      "disk full",
    ],
    [
      "the job of a backup that never came",
      [listOf()],
      [job({ status: "Failed", fail_reason: "no quota" })],
      "no quota",
    ],
    ["a deletion", [listOf({ ...sample, status: "DISABLED" })], [], "it is being deleted"],
    [
      "a deletion, as the SDKs spell it",
      [listOf({ ...sample, status: "deleting" })],
      [],
      "it is being deleted",
    ],
  ])("[DDS-18] ends as failed by %s, with what is known", async (_, backups, jobs, reason) => {
    const { outcome } = await wait(backups, jobs);
    expect(ExportFailedError.isInstance(outcome)).toBe(true);
    expect(outcome).toMatchObject({ code: "EXPORT_FAILED", taskId: "b1", reason });
  });

  it("[DDS-18] ends at its limit, and with the signal's reason", async () => {
    const late = await wait([listOf(building)], [], { timeoutMs: 20 });
    expect(TimeoutError.isInstance(late.outcome)).toBe(true);
    expect(late.outcome).toMatchObject({ phase: "wait", taskId: "b1" });
    const ending = new AbortController();
    const reason = new Error("enough");
    const options = { signal: ending.signal, pollIntervalMs: 60_000, onStatus: () => ending.abort(reason) };
    expect((await wait([listOf(building)], [running], options)).outcome).toBe(reason);
  });

  it("[DDS-18] refuses options that are wrong before anything is sent", async () => {
    const { outcome, seen } = await wait([], [], { pollIntervalMs: 0 });
    expect(outcome).toMatchObject({ option: "pollIntervalMs" });
    expect(seen).toEqual([]);
  });
});

describe("getDownloadPolicy", () => {
  it.each([
    [
      { id: "p1", action: "open" },
      { action: "open", actionText: "open", policyId: "p1" },
    ],
    [
      { id: "p1", action: "Close" },
      { action: "close", actionText: "Close", policyId: "p1" },
    ],
    [{ action: "partly" }, { action: undefined, actionText: "partly", policyId: undefined }],
    [{}, { action: undefined, actionText: undefined, policyId: undefined }],
  ])("[DDS-19] reads %j", async (answer, expected) => {
    const seen = service.answer(() => answer);
    await using dds = clientOf();
    expect(await dds.getDownloadPolicy()).toEqual(expected);
    expect(seen.map(({ line }) => line)).toEqual(["GET /backups/download-policy"]);
  });
});
