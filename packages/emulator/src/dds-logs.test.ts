import { describe, expect, it } from "vitest";
import { ask, emulatorForTest, receive } from "./__fixtures__/client.ts";
import { testClock } from "./__fixtures__/clock.ts";
import { randomContent } from "./content.ts";

async function logsForTest() {
  const clock = testClock();
  const emulator = await emulatorForTest({ now: clock.now, linkLifeSeconds: 60 });
  const store = emulator.store.dds;
  store.addInstance({ instanceId: "instance-1", name: "orders" });
  store.addInstance({ instanceId: "cluster", mode: "Sharding", shards: 1 });
  const base = `/v3/${emulator.projectId}/instances`;
  const logs = async (line: string, body: object = {}) =>
    (await ask(emulator, `POST ${base}/${line}`, body)).body;
  return { clock, emulator, store, logs };
}

describe("[EMU-67] an export of logs", () => {
  it("is begun by the first call, and told of by the next ones", async () => {
    const { clock, store, logs } = await logsForTest();
    const content = randomContent({ seed: "log", bytes: 5000 });
    store.tasks.planNext({ seconds: 30, content });
    expect(await logs("instance-1/errorlog-download")).toMatchObject({
      status: "CREATING",
      count: 3,
      list: [{ status: "EXPORTING", file_link: "" }, {}, {}],
    });
    clock.pass(30.5);
    const done = await logs("instance-1/errorlog-download");
    expect(done).toMatchObject({
      status: "FINISH",
      list: [
        {
          node_name: "orders_replica_node_1",
          file_name: expect.stringMatching(/no02_errorlog_20300101000000$/),
          status: "SUCCESS",
          file_size: "5",
          update_at: Date.parse("2030-01-01T00:00:30Z"),
        },
        {},
        {},
      ],
    });
    expect((await receive(done.list[0].file_link)).bytes.byteLength).toBe(5000);
    clock.pass(59);
    const late = await logs("instance-1/errorlog-download");
    expect((await receive(late.list[0].file_link)).status).toBe(200);
    clock.pass(1);
    expect((await receive(late.list[0].file_link)).status).toBe(403);
    store.tasks.planNext({ seconds: 30 });
    expect((await logs("instance-1/errorlog-download")).status).toBe("CREATING");
  });

  it("tells of a failure once, and begins anew", async () => {
    const { store, logs } = await logsForTest();
    store.tasks.planNext({ outcome: "fails" });
    expect(await logs("instance-1/slowlog-download")).toMatchObject({
      status: "FAILED",
      list: [{ status: "FAILED", file_link: "" }, { status: "SUCCESS" }, { status: "SUCCESS" }],
    });
    expect((await logs("instance-1/slowlog-download")).status).toBe("FINISH");
  });

  it("is of the nodes or files that are asked for", async () => {
    const { emulator, logs } = await logsForTest();
    const path = `GET /v3/${emulator.projectId}/instances?id=cluster`;
    const [mongos, shard] = (await ask(emulator, path)).body.instances[0].groups;
    expect((await logs("cluster/errorlog-download")).count).toBe(8);
    expect((await logs("cluster/slowlog-download")).count).toBe(3);
    const node_id_list = [shard.nodes[0].id];
    const one = await logs("cluster/slowlog-download", { node_id_list });
    expect(one.count).toBe(1);
    const byName = await logs("cluster/slowlog-download", { file_name_list: [one.list[0].file_name] });
    expect(byName.list).toEqual(one.list);
    const wrong = [{ node_id_list: [mongos.nodes[0].id] }, { file_name_list: ["x"] }, { node_id_list: "x" }];
    for (const body of wrong)
      expect((await logs("cluster/slowlog-download", body)).error_code).toBe("DBS.200001");
    expect((await logs("other/slowlog-download")).error_code).toBe("DBS.200002");
  });
});
