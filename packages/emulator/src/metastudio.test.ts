import { describe, expect, it } from "vitest";
import { ask, emulatorForTest, receive, withToken } from "./__fixtures__/client.ts";
import { testClock } from "./__fixtures__/clock.ts";
import { bytesContent } from "./content.ts";
import type { MetastudioVariants } from "./variants.ts";

const resource = "knowledge-intent-question-create";

async function metastudioForTest(metastudio: Partial<MetastudioVariants> = {}) {
  const clock = testClock();
  const emulator = await emulatorForTest({ now: clock.now, variants: { metastudio } });
  const ies = `/v2/${emulator.projectId}/ies`;
  const start = async (query = "") =>
    (await ask(emulator, `POST ${ies}/export/${resource}${query}`)).body.value as string;
  const show = (id: string) => ask(emulator, `GET ${ies}/task/${id}`);
  const search = async (query = "") => (await ask(emulator, `GET ${ies}/task${query}`)).body;
  const download = (id: string) => withToken(emulator, `${ies}/result/${id}`);
  return { clock, emulator, ies, store: emulator.store.metastudio, start, show, search, download };
}

describe("[EMU-62] a task that exports a resource", () => {
  it("runs, ends, and gives its result", async () => {
    const { clock, store, start, show, download, emulator } = await metastudioForTest();
    store.tasks.planNext({ seconds: 20, content: bytesContent(Buffer.from("the questions")) });
    const id = await start("?business_id=skill-1");
    const running = await show(id);
    expect(running.body).toEqual({
      resource,
      task_name: `export ${resource}`,
      begin_time: Date.parse("2030-01-01T00:00:00Z"),
      task_type: 1,
      operator: emulator.user.name,
      total_count: 10,
      success_count: 0,
      failure_count: 0,
      task_status: 0,
      task_id: id,
      user_id: emulator.state.userId,
    });
    expect((await download(id)).status).toBe(400);
    clock.pass(20);
    expect((await show(id)).body).toMatchObject({
      task_status: 1,
      success_count: 10,
      end_time: Date.parse("2030-01-01T00:00:20Z"),
    });
    expect((await download(id)).bytes.toString()).toBe("the questions");
    expect((await download(id)).bytes.toString()).toBe("the questions");
  });

  it("has no result when it failed", async () => {
    const { store, start, show, download } = await metastudioForTest();
    store.tasks.planNext({ outcome: "fails" });
    const id = await start();
    expect((await show(id)).body).toMatchObject({ task_status: 2, success_count: 0, failure_count: 10 });
    expect((await download(id)).status).toBe(400);
    expect(store.results.size).toBe(0);
  });

  it("can be deleted, and its result with it", async () => {
    const { emulator, ies, start, show, download } = await metastudioForTest();
    const id = await start();
    expect((await download(id)).status).toBe(200);
    const deleted = await receive(`${emulator.url}${ies}/task/${id}`, {
      method: "DELETE",
      headers: { "x-auth-token": emulator.token },
    });
    expect([deleted.status, deleted.bytes.byteLength]).toEqual([200, 0]);
    expect((await show(id)).status).toBe(400);
    expect((await download(id)).status).toBe(400);
    expect((await ask(emulator, `DELETE ${ies}/task/${id}`)).body.error_code).toBe("MSS.00000003");
  });

  it("is found by resource, business and time, among ten at most", async () => {
    const { clock, emulator, ies, store, start, search } = await metastudioForTest();
    for (let count = 0; count < 12; count += 1) await start();
    clock.pass(60);
    const late = await start("?business_id=skill-1");
    await ask(emulator, `POST ${ies}/export/other-resource`);
    store.addResult({ taskId: "added", content: bytesContent(Buffer.from("x")) });
    const all = await search();
    expect(all).toMatchObject({ offset: 0, limit: 10, count: 15 });
    expect(all.data).toHaveLength(10);
    expect((await search("?business_id=skill-1")).data).toMatchObject([{ task_id: late }]);
    expect((await search("?resource=other-resource")).count).toBe(1);
    expect((await search(`?resource=other-resource&resource=${resource}`)).count).toBe(15);
    const minute = Date.parse("2030-01-01T00:01:00Z");
    expect((await search(`?begin_time=${minute}`)).count).toBe(3);
    expect((await search(`?begin_time=0&end_time=${minute - 1}`)).count).toBe(12);
    expect((await search("?begin_time=2030-01-01")).error_code).toBe("MSS.00000003");
  });
});

describe("[EMU-63] an import", () => {
  const imported = async (plan: { outcome?: "fails"; reason?: string }) => {
    const scene = await metastudioForTest();
    scene.store.tasks.planNext(plan);
    const body = `--cut\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nq,a\r\n--cut--\r\n`;
    const answer = await receive(`${scene.emulator.url}${scene.ies}/import/${resource}`, {
      method: "POST",
      headers: { "x-auth-token": scene.emulator.token, "content-type": "multipart/form-data; boundary=cut" },
      body,
    });
    return { ...scene, id: String(JSON.parse(answer.bytes.toString()).value) };
  };

  it("leaves a report, whether it went well or not", async () => {
    const good = await imported({});
    expect((await good.show(good.id)).body).toMatchObject({ task_type: 0, success_count: 10 });
    expect((await good.download(good.id)).bytes.toString()).toContain("imported");
    const bad = await imported({ outcome: "fails", reason: "question is empty" });
    expect((await bad.show(bad.id)).body).toMatchObject({ failure_count: 10 });
    expect((await bad.download(bad.id)).bytes.toString()).toContain("question is empty");
  });

  it("is refused without a form or without a file", async () => {
    const { emulator, ies, store } = await metastudioForTest();
    const post = async (contentType: string, body: string) => {
      const headers = { "x-auth-token": emulator.token, "content-type": contentType };
      const url = `${emulator.url}${ies}/import/${resource}`;
      const { status, bytes } = await receive(url, { method: "POST", headers, body });
      return [status, JSON.parse(bytes.toString()).error_code];
    };
    expect(await post("application/json", "{}")).toEqual([400, "MSS.00000002"]);
    const field = `--cut\r\ncontent-disposition: form-data; name="other"\r\n\r\nx\r\n--cut--\r\n`;
    expect(await post("multipart/form-data; boundary=cut", field)).toEqual([400, "MSS.00000003"]);
    expect(store.allTasks.size).toBe(0);
  });

  it("has a template", async () => {
    const { emulator, ies } = await metastudioForTest();
    const { status, bytes } = await withToken(emulator, `${ies}/import/${resource}/template`);
    expect([status, bytes.toString()]).toEqual([200, `${resource}\nquestion,answer\n`]);
  });
});

describe("[EMU-5] variants of MetaStudio", () => {
  it("an export may answer what is no task id: the task is found by its time", async () => {
    const { start, show, search } = await metastudioForTest({ exportValue: "other" });
    const value = await start();
    expect((await show(value)).status).toBe(400);
    const { data } = await search(`?resource=${resource}&begin_time=${Date.parse("2030-01-01T00:00:00Z")}`);
    expect((await show(data[0].task_id)).status).toBe(200);
  });

  it.each<[Partial<MetastudioVariants>, object]>([
    [{ numbers: "texts" }, { begin_time: "1893456000000", task_type: "1", task_status: "1" }],
    [{ taskStatus: "words" }, { begin_time: 1893456000000, task_status: "finished" }],
  ])("%j", async (variants, expected) => {
    const { start, show } = await metastudioForTest(variants);
    expect((await show(await start())).body).toMatchObject(expected);
  });

  it("a task may tell no status: its end alone", async () => {
    const { clock, store, start, show } = await metastudioForTest({ taskStatus: "none" });
    store.tasks.planAll({ seconds: 5 });
    const id = await start();
    expect((await show(id)).body).not.toHaveProperty("end_time");
    clock.pass(5);
    const { body } = await show(id);
    expect(body.end_time).toBe(1893456005000);
    expect(body).not.toHaveProperty("task_status");
  });

  it.each([
    ["refused", 400],
    ["empty", 200],
  ] as const)("the result of a task that runs is %s", async (unfinishedResult, status) => {
    const { store, start, download } = await metastudioForTest({ unfinishedResult });
    store.tasks.planAll({ seconds: 60 });
    const early = await download(await start());
    expect(early.status).toBe(status);
    if (status === 200) expect(early.bytes.byteLength).toBe(0);
    expect((await download("unknown")).status).toBe(400);
  });

  it.each(["oldest-first", "newest-first"] as const)("tasks are listed %s", async (taskOrder) => {
    const { start, search } = await metastudioForTest({ taskOrder });
    const ids = [await start(), await start()];
    if (taskOrder === "newest-first") ids.reverse();
    expect((await search()).data).toMatchObject(ids.map((task_id) => ({ task_id })));
  });

  it("codes may have nine digits", async () => {
    const { emulator, show, download, search } = await metastudioForTest({ errorCodes: "nine-digits" });
    expect((await show("unknown")).body.error_code).toBe("MSS.000000003");
    expect((await search("?begin_time=x")).error_code).toBe("MSS.000000003");
    expect((await download("unknown")).bytes.toString()).toContain("MSS.000000001");
    const stranger = await withToken(emulator, `/v2/${emulator.projectId}/ies/task`, {
      "x-auth-token": "no",
    });
    expect(stranger.bytes.toString()).toContain("MSS.000000004");
  });
});
