import { describe, expect, it } from "vitest";
import { ask } from "./__fixtures__/client.ts";
import { ddsForTest } from "./__fixtures__/dds-scene.ts";

describe("[EMU-64] DDS lists", () => {
  it("instances with their nodes", async () => {
    const { emulator, store, v3 } = await ddsForTest();
    store.addInstance({
      instanceId: "instance-2",
      name: "big",
      mode: "Sharding",
      shards: 3,
      status: "frozen",
    });
    const { body } = await ask(emulator, `GET ${v3}/instances`);
    expect(body).toMatchObject({
      total_count: 2,
      instances: [
        { id: "instance-1", name: "orders", mode: "ReplicaSet", status: "normal" },
        { id: "instance-2", status: "frozen" },
      ],
    });
    const types = body.instances[1].groups.map(({ type }: { type: string }) => type);
    expect(types).toEqual(["mongos", "shard", "shard", "shard", "config"]);
    expect(body.instances[0].groups[0].nodes).toHaveLength(3);
    expect(body.instances[0].groups[0].nodes[0].id).toMatch(/^[0-9a-f]{32}no02$/);
    const count = async (query: string) => (await ask(emulator, `GET ${v3}/instances?${query}`)).body;
    expect((await count("name=ord")).total_count).toBe(0);
    expect((await count("name=*ord")).total_count).toBe(1);
    expect((await count("mode=Sharding&id=instance-2")).total_count).toBe(1);
    expect((await count("datastore_type=DDS-Enhanced")).total_count).toBe(0);
    expect((await count("limit=1&offset=1")).instances).toMatchObject([{ id: "instance-2" }]);
    expect((await count("limit=101")).error_code).toBe("DBS.200001");
    expect((await count("mode=Cluster")).error_code).toBe("DBS.200001");
  });

  it("backups by every filter", async () => {
    const { clock, store, instanceId, files, list, names } = await ddsForTest({
      backupOrder: "oldest-first",
    });
    store.addBackup({
      instanceId,
      backupId: "b1",
      files,
      name: "first",
      type: "Auto",
      description: "nightly",
    });
    clock.pass(60);
    store.addBackup({ instanceId: "instance-2", backupId: "b2", files, name: "second" });
    store.addBackup({ instanceId, backupId: "b3", files, name: "third", status: "FAILED" });
    store.addBackup({ instanceId, backupId: "b4", files, name: "part", type: "Incremental" });
    expect(await list()).toMatchObject({
      total_count: 3,
      backups: [
        {
          id: "b1",
          name: "first",
          instance_id: instanceId,
          instance_name: "orders",
          datastore: { type: "DDS-Community", version: "4.4" },
          type: "Auto",
          begin_time: "2030-01-01 00:00:00",
          end_time: "2030-01-01 00:00:00",
          status: "COMPLETED",
          size: 2,
          description: "nightly",
          deletable: false,
        },
        { id: "b2", deletable: true },
        { id: "b3", status: "FAILED", size: 0 },
      ],
    });
    expect(await names({ instance_id: instanceId })).toEqual(["first", "third"]);
    expect(await names({ backup_id: "b2" })).toEqual(["second"]);
    expect(await names({ backup_type: "Auto" })).toEqual(["first"]);
    expect(await names({ backup_type: "Incremental", instance_id: instanceId })).toEqual(["part"]);
    expect(await names({ backup_id: "b4", instance_id: instanceId })).toEqual(["part"]);
    expect(await names({ backup_id: "b4" })).toEqual([]);
    expect(await names({ backup_status: "FAILED" })).toEqual(["third"]);
    expect(await names({ backup_name: "ir", backup_description: "night" })).toEqual(["first"]);
    expect(await names({ instance_name: "orders", mode: "ReplicaSet" })).toEqual(["first", "third"]);
    expect(await names({ mode: "Single" })).toEqual([]);
    const [begin_time, end_time] = ["2030-01-01 00:00:30", "2030-01-01 00:02:00"];
    expect(await names({ begin_time, end_time })).toEqual(["second", "third"]);
    expect(await names({ order_field: "name", order_rule: "desc" })).toEqual(["third", "second", "first"]);
    expect(await names({ order_field: "instanceName", order_rule: "asc" })).toHaveLength(3);
    expect(await names({ offset: "1", limit: "1" })).toEqual(["second"]);
    const single = store.addInstance({ mode: "Single" }).instanceId;
    store.addBackup({ instanceId: single, files, name: "alone" });
    expect((await list({ mode: "Single" })).backups).toMatchObject([{ backup_method: "Logical" }]);
  });

  it.each<Record<string, string>>([
    { limit: "0" },
    { limit: "101" },
    { offset: "-1" },
    { begin_time: "2030-01-01 00:00:00" },
    { end_time: "2030-01-01 00:00:00" },
    { begin_time: "2030-01-01T00:00:00Z", end_time: "2030-01-01 00:00:00" },
    { begin_time: "2030-01-02 00:00:00", end_time: "2030-01-01 00:00:00" },
    { order_field: "name" },
    { order_rule: "asc" },
    { order_field: "size", order_rule: "asc" },
    { backup_type: "Incremental" },
    { backup_type: "Full" },
    { backup_status: "DONE" },
  ])("no backups for %j", async (query) => {
    expect((await (await ddsForTest()).list(query)).error_code).toBe("DBS.200001");
  });
});
