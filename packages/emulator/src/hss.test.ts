import { describe, expect, it } from "vitest";
import { emulatorForTest, json, type Received, signed, withToken } from "./__fixtures__/client.ts";
import { bytesContent } from "./content.ts";
import type { Emulator } from "./emulator.ts";
import { hssExports } from "./hss-exports.ts";

const export_headers = [["host_name", "Host"]];
const size = "export_size=100";

/** For each export the least that its document asks for. */
const least: Readonly<Record<string, { query?: string; body: unknown; headers?: Record<string, string> }>> = {
  ExportVuls: { query: `category=vul&${size}`, body: { export_headers } },
  ExportHandledVulnerabilities: { body: { export_headers } },
  ExportVulHandleHistory: { body: { export_header_list: export_headers } },
  ExportEventRequest: { query: "category=host&event_id=e1", body: export_headers },
  ExportAntiVirusResult: { query: "offset=0&limit=10", body: {} },
  ExportBaselineSecurityCheckReport: { body: { export_headers } },
  ExportContainerList: { body: { export_headers } },
  ExportRisks: { query: `risk_type=iac_risk&${size}`, body: { export_headers } },
  ExportImageSecurityReportTask: {
    body: { export_size: 10, security_report_type: "malwares", operate_all: true },
  },
  BatchExportBaselineTask: { query: size, body: {} },
  BatchExportLocalVulTask: { query: size, body: {}, headers: { region: "cn-north-4" } },
  ExportWebTamperHost: { body: { export_headers, export_size: 1 } },
  DownloadAssetFile: { query: "asset_type=app&category=host", body: { export_headers } },
  ExportTaskInfo: { body: { type: "operational-report", operational_report_data: { report_id: "2030-01" } } },
};

interface Change {
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

function start(emulator: Emulator, operation: string, change: Change = {}): Promise<Received> {
  const path = hssExports.find((started) => started.operation === operation)?.path;
  const { query = "", body, headers = {} } = { ...least[operation], ...change };
  emulator.store.hss.addMonthlyReport("2030-01");
  const sent = { "content-type": "application/json", ...headers };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return signed(emulator, `/v5/${emulator.projectId}${path}?${query}`, {
    method: "POST",
    body: text,
    headers: sent,
  });
}

const idOf = async (answer: Promise<Received>) => String(json(await answer).task_id);
const code = async (answer: Promise<Received>) => [(await answer).status, json(await answer).error_code];

describe("[EMU-41] exports", () => {
  it.each(Object.keys(least))("%s starts a task, whose file can be downloaded", async (operation) => {
    const emulator = await emulatorForTest();
    const answer = json(await start(emulator, operation));
    const counts = ["ExportEventRequest", "BatchExportBaselineTask", "BatchExportLocalVulTask"];
    expect(Object.keys(answer)).toEqual(
      counts.includes(operation) ? ["task_id", "record_total_num"] : ["task_id"],
    );
    const endpoint = operation === "ExportEventRequest" ? "event/export-task" : "export-task";
    const polled = json(await signed(emulator, `/v5/${emulator.projectId}/${endpoint}/${answer.task_id}`));
    expect(polled).toEqual({
      task_id: answer.task_id,
      task_name: expect.any(String),
      task_status: "success",
      file_id: expect.any(String),
      file_name: `${polled.task_name}.zip`,
    });
    const file = await signed(emulator, `/v5/${emulator.projectId}/download/${polled.file_id}`);
    expect(file.bytes.subarray(0, 4).toString("latin1")).toBe("PK\x03\x04");
  });

  it("covers all 14", () => {
    expect(hssExports.map(({ operation }) => operation)).toEqual(Object.keys(least));
  });

  const all = { operate_all: false, export_size: 1, security_report_type: "apps" };
  it.each<[string, string, Change]>([
    ["ExportVuls", "category is required", { query: size }],
    ["ExportVuls", "export_size is invalid", { query: "category=vul&export_size=many" }],
    ["ExportVuls", "category is invalid", { query: `category=file&${size}` }],
    ["ExportVuls", "offset is invalid", { query: `category=vul&offset=-1&${size}` }],
    ["ExportVuls", "export_headers is required", { body: {} }],
    ["ExportVuls", "export_headers is invalid", { body: { export_headers: [["host_name"]] } }],
    ["ExportVuls", "vul_id_list is invalid", { body: { export_headers, vul_id_list: [1] } }],
    ["ExportVulHandleHistory", "export_header_list is required", { body: { export_headers } }],
    ["ExportEventRequest", "body is invalid", { body: { export_headers } }],
    [
      "ExportEventRequest",
      "last_days excludes",
      { query: "category=host&event_id=e&last_days=1&begin_time=1" },
    ],
    [
      "ExportEventRequest",
      "over 2 days",
      { query: "category=host&event_id=e&begin_time=1000&end_time=172801001" },
    ],
    [
      "ExportEventRequest",
      "severity_list is invalid",
      { query: "category=host&event_id=e&severity_list=Low&severity_list=x" },
    ],
    ["ExportEventRequest", "auto_block is invalid", { query: "category=host&event_id=e&auto_block=1" }],
    ["ExportAntiVirusResult", "limit is invalid", { query: "offset=0&limit=9" }],
    [
      "ExportBaselineSecurityCheckReport",
      "export_size is invalid",
      { body: { export_headers, export_size: 200_001 } },
    ],
    ["ExportRisks", "export_headers is invalid", { body: { export_headers: [] } }],
    ["ExportImageSecurityReportTask", "image_id_list is required", { body: all }],
    ["BatchExportLocalVulTask", "region is required", { headers: {} }],
    ["DownloadAssetFile", "search_param is invalid", { body: { export_headers, search_param: {} } }],
    [
      "ExportTaskInfo",
      "report_id is required",
      { body: { type: "operational-report", operational_report_data: {} } },
    ],
  ])("%s says that %s", async (operation, message, change) => {
    const emulator = await emulatorForTest();
    const answer = await start(emulator, operation, change);
    expect([answer.status, json(answer)]).toMatchObject([
      400,
      { error_code: "HSS.0001", error_msg: expect.stringContaining(message), request_id: expect.any(String) },
    ]);
  });

  it("takes what it does not know, the odd forms, and refuses what is no JSON or no report", async () => {
    const emulator = await emulatorForTest();
    const search_param = JSON.stringify({ agent_id: "a" });
    const odd = { export_headers, search_param, unknown: 1, export_size: null };
    expect((await start(emulator, "DownloadAssetFile", { body: odd })).status).toBe(200);
    expect(await code(start(emulator, "ExportVuls", { body: "{" }))).toEqual([400, "HSS.0002"]);
    expect(await code(start(emulator, "ExportVuls", { body: [] }))).toEqual([400, "HSS.0002"]);
    const body = { type: "operational-report", operational_report_data: { report_id: "2029-12" } };
    expect(await code(start(emulator, "ExportTaskInfo", { body }))).toEqual([400, "HSS.0011"]);
  });
});

describe("[EMU-42] polling", () => {
  it("tells a task's state by the clock, and its file only after its end", async () => {
    let now = new Date("2030-01-01T00:00:00Z");
    const emulator = await emulatorForTest({ now: () => now });
    const { hss } = emulator.store;
    const content = bytesContent(Buffer.from("made by a plan"), { fileName: "plan.zip" });
    hss.tasks.planNext({ seconds: 10, content });
    hss.tasks.planNext({ seconds: 10, outcome: "fails" });
    const [good, bad] = [
      hss.startExport({ operation: "ExportVuls" }),
      hss.startExport({ operation: "ExportVuls" }),
    ];
    const poll = async (id: string) =>
      json(await withToken(emulator, `/v5/${emulator.projectId}/export-task/${id}`));
    now = new Date("2030-01-01T00:00:09Z");
    const running = await poll(good.taskId);
    expect(Object.keys(running)).toEqual(["task_id", "task_name", "task_status"]);
    expect([running.task_status, hss.files.size]).toEqual(["running", 0]);
    now = new Date("2030-01-01T00:01:00Z");
    expect(await poll(bad.taskId)).toEqual({ ...(await poll(bad.taskId)), task_status: "failure" });
    const done = await poll(good.taskId);
    expect(done).toEqual(await poll(good.taskId));
    expect(done).toMatchObject({ task_status: "success", file_name: "plan.zip" });
    const file = await withToken(emulator, `/v5/${emulator.projectId}/download/${done.file_id}`);
    expect(file.bytes.toString()).toBe("made by a plan");
    expect([...hss.files.values()].map(({ lastModified }) => lastModified)).toEqual([
      new Date("2030-01-01T00:00:10Z"),
    ]);
  });

  const endpoints = ["export-task/ID", "event/export-task/ID", "export-task?task_id=ID&export_task_type=any"];
  it.each([
    ["own", "ExportVuls", [200, 400, 200]],
    ["own", "ExportEventRequest", [400, 200, 400]],
    ["any", "ExportVuls", [200, 200, 200]],
    ["any", "ExportEventRequest", [200, 200, 200]],
  ] as const)("[EMU-5] %s endpoint of %s", async (pollEndpoints, operation, statuses) => {
    const emulator = await emulatorForTest({ variants: { hss: { pollEndpoints } } });
    const id = await idOf(start(emulator, operation));
    const answers = endpoints.map((endpoint) =>
      signed(emulator, `/v5/${emulator.projectId}/${endpoint.replace("ID", id)}`),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(statuses);
  });

  it("refuses a task that is not there, and a query without one", async () => {
    const emulator = await emulatorForTest();
    const ask = (path: string) => code(signed(emulator, `/v5/${emulator.projectId}/${path}`));
    expect(await ask("export-task/unknown")).toEqual([400, "HSS.0011"]);
    expect(await ask("event/export-task/unknown")).toEqual([400, "HSS.0011"]);
    expect(await ask("export-task")).toEqual([400, "HSS.0001"]);
    expect(await ask(`export-task?task_id=${"x".repeat(65)}`)).toEqual([400, "HSS.0001"]);
    expect(() => emulator.store.hss.startExport({ operation: "Export" })).toThrow(/no export Export/);
  });

  it("keeps one account's tasks and files from another", async () => {
    const one = await emulatorForTest();
    const other = { ...one, ...one.addAccount() };
    const id = await idOf(start(one, "ExportVuls"));
    const poll = (emulator: Emulator) => signed(emulator, `/v5/${emulator.projectId}/export-task/${id}`);
    expect(await code(poll(other))).toEqual([400, "HSS.0011"]);
    const { file_id } = json(await poll(one));
    const download = signed(other, `/v5/${other.projectId}/download/${file_id}`);
    expect(await code(download)).toEqual([400, "HSS.0011"]);
  });
});

describe("[EMU-43] enterprise projects", () => {
  const content = bytesContent(Buffer.from("a file"));
  const allProjects = "?enterprise_project_id=all_granted_eps";

  it("gives a file to whoever asks for its enterprise project, or for all", async () => {
    const emulator = await emulatorForTest();
    const ofDefault = emulator.store.hss.addFile({ content }).fileId;
    const ofTeam = emulator.store.hss.addFile({ content, enterpriseProjectId: "team" }).fileId;
    const ask = async (id: string, query: string) => {
      const answer = await signed(emulator, `/v5/${emulator.projectId}/download/${id}${query}`);
      return answer.status === 200 ? 200 : json(answer).error_code;
    };
    const team = "?enterprise_project_id=team";
    const queries = ["", "?enterprise_project_id=0", team, allProjects];
    const answers = (id: string) => Promise.all(queries.map((query) => ask(id, query)));
    expect(await answers(ofDefault)).toEqual([200, 200, "HSS.0013", 200]);
    expect(await answers(ofTeam)).toEqual(["HSS.0013", "HSS.0013", 200, 200]);
    emulator.store.hss.grantEnterpriseProjects(["team"]);
    expect(await answers(ofDefault)).toEqual(["HSS.0013", "HSS.0013", "HSS.0013", "HSS.0013"]);
    expect(await answers(ofTeam)).toEqual(["HSS.0013", "HSS.0013", 200, 200]);
    expect(await ask(ofTeam, `?enterprise_project_id=${"x".repeat(257)}`)).toBe("HSS.0001");
  });

  it("keeps a task, and its file, in the enterprise project that was asked for", async () => {
    const emulator = await emulatorForTest();
    const query = `category=vul&${size}&enterprise_project_id=team`;
    const id = await idOf(start(emulator, "ExportVuls", { query }));
    const poll = (asked: string) => signed(emulator, `/v5/${emulator.projectId}/export-task/${id}${asked}`);
    expect(await code(poll(""))).toEqual([400, "HSS.0013"]);
    expect(json(await poll("?enterprise_project_id=team")).task_status).toBe("success");
    const all = await idOf(
      start(emulator, "ExportVuls", { query: `${query.replace("team", "all_granted_eps")}` }),
    );
    const pollAll = (asked: string) =>
      signed(emulator, `/v5/${emulator.projectId}/export-task/${all}${asked}`);
    expect((await pollAll("")).status).toBe(400);
    const { file_id } = json(await pollAll(allProjects));
    expect(
      (await signed(emulator, `/v5/${emulator.projectId}/download/${file_id}${allProjects}`)).status,
    ).toBe(200);
    emulator.store.hss.grantEnterpriseProjects(["0"]);
    expect(await code(start(emulator, "ExportVuls", { query }))).toEqual([400, "HSS.0013"]);
  });
});

it("[EMU-44] HSS lists the monthly reports, newest first, a page at a time", async () => {
  const emulator = await emulatorForTest();
  for (let month = 1; month <= 12; month += 1) {
    emulator.store.hss.addMonthlyReport(`2030-${String(month).padStart(2, "0")}`);
  }
  const ask = (query: string) =>
    signed(emulator, `/v5/${emulator.projectId}/operational-report/reports${query}`);
  const first = json(await ask(""));
  expect(first).toMatchObject({
    total_num: 12,
    data_list: [{ report_id: "2030-12", current_month: 12 }, ...Array.from({ length: 9 }, () => ({}))],
  });
  expect(json(await ask("?offset=10&limit=200")).data_list).toMatchObject([
    { report_id: "2030-02", current_month_start: Date.UTC(2030, 1, 1) },
    { report_id: "2030-01" },
  ]);
  expect(await code(ask("?limit=9"))).toEqual([400, "HSS.0001"]);
});
