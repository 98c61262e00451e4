import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { ProgressEvent, TaskStatus } from "@cloudhaul/core-http";
import { HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import {
  type Asked,
  fakeHss,
  file,
  jobAnswers,
  options,
  refusal,
  running,
  success,
} from "./__fixtures__/network.ts";
import {
  createHssDownloadClient,
  type ExportInputs,
  type ExportKind,
  type HssDownloadClient,
  type HssDownloadClientOptions,
  type StartExportInput,
} from "./index.ts";
import { producers } from "./producers.ts";

const { answer } = fakeHss();
const quick = { pollIntervalMs: 1 };
const headers = [["host_name", "Server"]] as const;
const sample = [
  ["vul_id", "Vulnerability ID"],
  ["vul_name", "Vulnerability Name"],
];

/** What is sent for an input: path with query, and body. */
type Wire = readonly [input: StartExportInput, path: string, body: unknown];

const least: readonly Wire[] = [
  [
    { kind: "vulnerabilities", category: "host" },
    "vul/export?category=host&export_size=100000",
    { export_headers: sample },
  ],
  [
    { kind: "handledVulnerabilities", headers },
    "vulnerability/history/export-task",
    { export_headers: headers },
  ],
  [
    { kind: "vulnerabilityHistory", headers },
    "vulnerability/handle-history/export-task",
    { export_header_list: headers },
  ],
  [
    { kind: "events", category: "container", eventId: "e1", headers },
    "event/export?category=container&event_id=e1",
    headers,
  ],
  [{ kind: "antivirusResults" }, "antivirus/result/export?offset=0&limit=200", {}],
  [{ kind: "baselineReport", headers }, "baseline/export", { export_headers: headers }],
  [{ kind: "containers", headers }, "container/export-task", { export_headers: headers }],
  [
    { kind: "clusterRisks", headers },
    "container/cluster/risk/export-task?risk_type=iac_risk&export_size=100000",
    { export_headers: headers },
  ],
  [
    { kind: "imageReport", securityReportType: "malwares" },
    "image/security-report/export-tasks",
    { export_size: 100_000, security_report_type: "malwares", operate_all: true },
  ],
  [{ kind: "imageBaseline" }, "image/baseline/export?export_size=100000", { operate_all: true }],
  [
    { kind: "imageVulnerabilities" },
    "image/local-vulnerability/export?export_size=100000",
    { operate_all: true },
  ],
  [
    { kind: "webTamperHosts", headers },
    "webtamper/host/export",
    { export_headers: headers, export_size: 100_000 },
  ],
  [
    { kind: "assets", assetType: "port", headers },
    "asset/export?asset_type=port&category=host",
    { export_headers: headers },
  ],
  [
    { kind: "operationReport", reportId: "2026-10" },
    "export-task",
    { type: "operational-report", operational_report_data: { report_id: "2026-10" } },
  ],
];

const more: readonly Wire[] = [
  [
    {
      kind: "vulnerabilities",
      enterpriseProjectId: "all_granted_eps",
      category: "vul",
      exportSize: 5,
      status: "vul_status_fix_after_reboot",
      headers,
      vulIdList: ["v1"],
    },
    "vul/export?enterprise_project_id=all_granted_eps&category=vul&export_size=5&status=vul_status_fix_after_reboot",
    { export_headers: headers, vul_id_list: ["v1"] },
  ],
  [
    { kind: "handledVulnerabilities", headers, specificVuls: [{ hostId: "h", vulId: "v" }, { vulId: "w" }] },
    "vulnerability/history/export-task",
    { export_headers: headers, specific_vuls: [{ host_id: "h", vul_id: "v" }, { vul_id: "w" }] },
  ],
  [
    {
      kind: "events",
      category: "host",
      eventId: "e1",
      headers,
      beginTime: 1_000,
      endTime: 172_801_000,
      eventTypes: [1001, 1017],
      severityList: ["Security", "Critical"],
      autoBlock: false,
    },
    "event/export?category=host&event_id=e1&begin_time=1000&end_time=172801000&event_types=1001&event_types=1017&severity_list=Security&severity_list=Critical&auto_block=false",
    headers,
  ],
  [
    { kind: "containers", headers, exportSize: 100_000, createTimeStart: 1, createTimeEnd: 2, risky: false },
    "container/export-task?export_size=100000",
    { export_headers: headers, create_time: { start_time: 1, end_time: 2 }, risky: false },
  ],
  [
    { kind: "clusterRisks", headers, fileIdList: ["f1"], fileName: "Dockerfile", scanType: "cicd_scan" },
    "container/cluster/risk/export-task?risk_type=iac_risk&export_size=100000",
    {
      export_headers: headers,
      iac_items: { file_id_list: ["f1"], file_name: "Dockerfile", scan_type: "cicd_scan" },
    },
  ],
  [
    { kind: "imageBaseline", imageIdList: ["i1"], exportSize: 0 },
    "image/baseline/export?export_size=0",
    { operate_all: false, image_id_list: ["i1"] },
  ],
  [
    {
      kind: "assets",
      assetType: "port",
      category: "container",
      headers,
      searchParam: { port_string: "8080" },
    },
    "asset/export?asset_type=port&category=container",
    { export_headers: headers, search_param: '{"port_string":"8080"}' },
  ],
];

/** Runs one whole job to its bytes. */
async function run<Kind extends ExportKind>(
  kind: Kind,
  input: ExportInputs[Kind],
  given: Partial<HssDownloadClientOptions> = {},
): Promise<Buffer> {
  await using hss = createHssDownloadClient({ ...options, ...given });
  const name = `export${kind[0]?.toUpperCase()}${kind.slice(1)}` as "exportAssets";
  return hss[name](input as ExportInputs["assets"], quick).toBytes({ maxBytes: 1000 });
}

const lines = (seen: readonly Asked[]): readonly string[] =>
  seen.map(({ method, url }) => `${method} ${url.pathname.replace("/v5/p1/", "")}`);

describe("the table of exports", () => {
  it("[HSS-7] holds all fourteen, each field by the vendor's name of it", () => {
    expect(least.map(([{ kind }]) => kind)).toEqual(Object.keys(producers));
    const renamed: string[] = [];
    for (const [kind, { parameters }] of Object.entries(producers)) {
      for (const [name, { name: wire }] of Object.entries(parameters)) {
        const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        if (wire.split(".").at(-1) !== snake) renamed.push(`${kind} ${name}: ${wire}`);
      }
    }
    const headersOf = (kind: string): string => `${kind} headers: export_headers`;
    expect(renamed.sort()).toEqual(
      [
        ...["vulnerabilities", "handledVulnerabilities", "antivirusResults", "baselineReport"].map(headersOf),
        ...["containers", "clusterRisks", "webTamperHosts", "assets"].map(headersOf),
        "vulnerabilityHistory headers: export_header_list",
        "events headers: ",
        "containers createTimeStart: create_time.start_time",
        "containers createTimeEnd: create_time.end_time",
      ].sort(),
    );
  });

  it.each([...least, ...more])("[HSS-7] starts %j by its own request", async (input, path, body) => {
    const seen = answer(jobAnswers());
    await using hss = createHssDownloadClient(options);
    expect(await hss.startExport(input)).toEqual({ taskId: "t1", recordTotal: 16 });
    expect(seen).toHaveLength(1);
    const [asked] = seen;
    expect(`${asked?.method} ${asked?.url.href}`).toBe(
      `POST https://hss.ap-southeast-3.myhuaweicloud.com/v5/p1/${path}`,
    );
    expect(JSON.parse(asked?.body ?? "")).toEqual(body);
    expect(asked?.headers.get("content-type")).toBe("application/json");
    expect(asked?.headers.get("authorization")).toContain("SDK-HMAC-SHA256");
  });

  it.each([
    ["imageVulnerabilities", {}, "ap-southeast-3"],
    ["imageVulnerabilities", { region: "cn-north-4" }, "cn-north-4"],
    ["imageBaseline", {}, "ap-southeast-3"],
    ["assets", { assetType: "app", headers }, null],
  ] as const)("[HSS-7] sends %s with %j for the region %s", async (kind, input, region) => {
    const seen = answer(jobAnswers());
    await run(kind, input as ExportInputs[typeof kind]);
    expect(seen[0]?.headers.get("region")).toBe(region);
    const expected = region ?? "ap-southeast-3";
    expect(seen.at(-1)?.headers.get("region")).toBe(expected);
  });
});

describe("what cannot be right", () => {
  const events = { category: "host", eventId: "e", headers };
  const risks = { headers };
  it.each([
    ["vulnerabilities", undefined, "options"],
    ["vulnerabilities", {}, "category"],
    ["vulnerabilities", { category: "hosts" }, "category"],
    ["vulnerabilities", { category: "vul", exportSize: 0 }, "exportSize"],
    ["vulnerabilities", { category: "vul", offset: -1 }, "offset"],
    ["vulnerabilities", { category: "vul", headers: [] }, "headers"],
    ["vulnerabilities", { category: "vul", headers: [["a"]] }, "headers"],
    ["vulnerabilities", { category: "vul", exportHeaders: headers }, "exportHeaders"],
    ["vulnerabilities", { category: "vul", enterpriseProjectId: "x".repeat(257) }, "enterpriseProjectId"],
    ["handledVulnerabilities", {}, "headers"],
    ["handledVulnerabilities", { headers, handleCycle: "week" }, "handleCycle"],
    ["handledVulnerabilities", { headers, specificVuls: [{ vulId: "v" }, {}] }, "specificVuls[1]"],
    ["handledVulnerabilities", { headers, specificVuls: [{ vul_id: "v" }] }, "specificVuls[0]"],
    ["handledVulnerabilities", { headers, specificVuls: [{ vulId: "v", hostId: 5 }] }, "specificVuls[0]"],
    ["vulnerabilityHistory", { headers, vulType: "mac_vul" }, "vulType"],
    ["events", { category: "host", headers }, "eventId"],
    ["events", { ...events, eventId: "x".repeat(129) }, "eventId"],
    ["events", { ...events, lastDays: 1, beginTime: 0 }, "lastDays"],
    ["events", { ...events, lastDays: 1, endTime: 0 }, "lastDays"],
    ["events", { ...events, beginTime: 0, endTime: 172_800_001 }, "endTime"],
    ["events", { ...events, beginTime: 2, endTime: 1 }, "endTime"],
    ["events", { ...events, severityList: ["Lowest"] }, "severityList"],
    ["antivirusResults", { limit: 9 }, "limit"],
    ["antivirusResults", { limit: 201 }, "limit"],
    ["antivirusResults", { offset: 2_000_001 }, "offset"],
    ["antivirusResults", { severityList: ["Security"] }, "severityList"],
    ["baselineReport", { headers, exportSize: 200_001 }, "exportSize"],
    ["baselineReport", { headers, standard: "iso" }, "standard"],
    ["containers", { headers, exportSize: 100_001 }, "exportSize"],
    ["clusterRisks", { ...risks, riskType: "other" }, "riskType"],
    ["clusterRisks", { ...risks, fileIdList: [] }, "fileIdList"],
    ["clusterRisks", { ...risks, fileIdList: Array(201).fill("f") }, "fileIdList"],
    ["clusterRisks", { headers: Array(10_001).fill(["a", "b"]) }, "headers"],
    ["imageReport", {}, "securityReportType"],
    ["imageReport", { securityReportType: "apps", operateAll: false }, "imageIdList"],
    ["imageBaseline", { imageIdList: [] }, "imageIdList"],
    ["imageBaseline", { exportSize: 2_147_483_648 }, "exportSize"],
    ["imageVulnerabilities", { operateAll: false }, "imageIdList"],
    ["webTamperHosts", { headers, exportSize: 200_001 }, "exportSize"],
    ["assets", { headers }, "assetType"],
    ["assets", { headers, assetType: "app", searchParam: "{}" }, "searchParam"],
    ["assets", { headers, assetType: "app", searchParam: { a: "x".repeat(128) } }, "searchParam"],
    ["operationReport", { reportId: "" }, "reportId"],
  ] as const)("[HSS-8] of %s %j is refused at once", async (kind, input, option) => {
    const seen = answer(jobAnswers());
    await using hss = createHssDownloadClient(options);
    const name = `export${kind[0]?.toUpperCase()}${kind.slice(1)}` as "exportAssets";
    const attempt = () => hss[name](input as unknown as ExportInputs["assets"]);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
    const start = hss.startExport({ ...(input as object), kind } as StartExportInput);
    await expect(start).rejects.toMatchObject({ code: "CONFIGURATION" });
    expect(seen).toEqual([]);
  });

  it("[HSS-8] of the way to wait, or of the kind, is refused at once", async () => {
    await using hss = createHssDownloadClient(options);
    const attempt = (given: object) => () => hss.exportVulnerabilities({ category: "vul" }, given);
    expect(attempt({ timeoutMs: 0 })).toThrow(expect.objectContaining({ option: "timeoutMs" }));
    expect(attempt({ cleanUp: "delete" })).toThrow(expect.objectContaining({ option: "cleanUp" }));
    const start = hss.startExport({ kind: "hosts" } as unknown as StartExportInput);
    await expect(start).rejects.toMatchObject({ option: "kind" });
  });

  it("[HSS-8] of a search that is no JSON is refused at once", async () => {
    await using hss = createHssDownloadClient(options);
    const input = { assetType: "app", headers, searchParam: { size: 1n } } as const;
    expect(() => hss.exportAssets(input)).toThrow(expect.objectContaining({ option: "searchParam" }));
  });

  it("[HSS-8] of vulnerabilities of images is a client without a region", async () => {
    const given = { region: undefined, endpoint: "https://hss.example" };
    await using hss = createHssDownloadClient({ ...options, ...given });
    expect(() => hss.exportImageVulnerabilities({})).toThrow(expect.objectContaining({ option: "region" }));
  });
});

describe("a whole job", () => {
  it.each([
    ["vulnerabilities", { category: "vul" }, "export-task/t1"],
    ["events", { category: "host", eventId: "e", headers }, "event/export-task/t1"],
    ["operationReport", { reportId: "2026-10" }, "export-task/t1"],
  ] as const)("[HSS-11] of %s starts, waits and downloads", async (kind, input, poll) => {
    const seen = answer(jobAnswers([running, running, success]));
    const enterpriseProjectId = "eps-1";
    expect(await run(kind, { ...input, enterpriseProjectId } as ExportInputs[typeof kind])).toEqual(file);
    const start = producers[kind].path.replace("/v5/{project_id}/", "");
    expect(lines(seen)).toEqual([`POST ${start}`, ...Array(3).fill(`GET ${poll}`), "GET download/f1"]);
    const asked = seen.map(({ url }) => url.searchParams.get("enterprise_project_id"));
    expect(asked).toEqual(Array(5).fill("eps-1"));
  });

  it("[HSS-11] saves under the name that the service tells, with a line for every answer", async () => {
    answer(jobAnswers([running, success]));
    const folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
    try {
      await using hss = createHssDownloadClient(options);
      const statuses: TaskStatus[] = [];
      const events: ProgressEvent[] = [];
      const plan = hss.exportVulnerabilities(
        { category: "host" },
        { ...quick, onStatus: (status) => statuses.push(status) },
      );
      const saved = await plan.toFile(`${folder}/`, { onProgress: (event) => events.push(event) });
      expect(basename(saved.path)).toBe("hss-vul-vul-zh-0a1b2c3d.zip");
      expect(await readFile(saved.path)).toEqual(file);
      expect(await readdir(folder)).toEqual([basename(saved.path)]);
      expect(statuses.map(({ taskId, status }) => [taskId, status])).toEqual([
        ["t1", "running"],
        ["t1", "success"],
      ]);
      expect(events.map(({ phase }) => phase)).toContain("exporting");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("[HSS-11] refuses a page where vulnerabilities are to be a zip", async () => {
    const answers = jobAnswers();
    answer((asked) =>
      asked.url.pathname.includes("/download/") ? new HttpResponse("no zip at all") : answers(asked),
    );
    await expect(run("vulnerabilities", { category: "vul" })).rejects.toMatchObject({
      name: "IntegrityError",
    });
    expect(await run("assets", { assetType: "app", headers })).toEqual(Buffer.from("no zip at all"));
  });

  it("[HSS-12] is started once for all uses of a plan, and anew by another plan", async () => {
    const seen = answer(jobAnswers([running, success]));
    await using hss = createHssDownloadClient(options);
    const plan = (): ReturnType<HssDownloadClient["exportAssets"]> =>
      hss.exportAssets({ assetType: "app", headers }, quick);
    const first = plan();
    await Promise.all([first.toBytes({ maxBytes: 1000 }), first.toBytes({ maxBytes: 1000 })]);
    await first.toBytes({ maxBytes: 1000 });
    expect(lines(seen).filter((line) => line.startsWith("POST"))).toHaveLength(1);
    await plan().toBytes({ maxBytes: 1000 });
    expect(lines(seen).filter((line) => line.startsWith("POST"))).toHaveLength(2);
  });

  it("[HSS-12] stays as it was planned, whatever becomes of the input", async () => {
    const seen = answer(jobAnswers());
    await using hss = createHssDownloadClient(options);
    const columns: [string, string][] = [["host_name", "Server"]];
    const plan = hss.exportContainers({ headers: columns }, quick);
    columns.push(["host_ip", "IP address"]);
    await plan.toBytes({ maxBytes: 1000 });
    expect(seen[0]?.body).toBe('{"export_headers":[["host_name","Server"]]}');
  });

  it("[HSS-12] does not start again when no answer came, and says so", async () => {
    const seen = answer(() => HttpResponse.error());
    const retry = { baseDelayMs: 1 };
    await expect(run("assets", { assetType: "app", headers }, { retry })).rejects.toMatchObject({
      name: "LostStartError",
      operation: "DownloadAssetFile",
    });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ["HSS.0001", "invalid"],
    ["HSS.0011", "not-found"],
    ["HSS.0013", "forbidden"],
    ["APIG.0308", "throttled"],
  ])("[HSS-12] ends with the refusal %s of its start, of kind %s", async (code, kind) => {
    const seen = answer(() => refusal(code, code.startsWith("APIG") ? 429 : 400));
    await expect(run("operationReport", { reportId: "r" })).rejects.toMatchObject({
      name: "ServiceError",
      operation: "ExportTaskInfo",
      kind,
    });
    expect(seen).toHaveLength(1);
  });

  it("[HSS-11] waits for a task that HSS does not know yet", async () => {
    const seen = answer(jobAnswers([refusal("HSS.0011"), refusal("HSS.0011"), refusal("HSS.0011"), success]));
    expect(await run("assets", { assetType: "app", headers })).toEqual(file);
    expect(lines(seen).slice(1)).toEqual([
      "GET export-task/t1",
      "GET event/export-task/t1",
      "GET export-task",
      "GET export-task/t1",
      "GET download/f1",
    ]);
  });

  it("[HSS-11] ends with the signal's reason while it waits", async () => {
    const seen = answer(jobAnswers([running]));
    await using hss = createHssDownloadClient(options);
    const ending = new AbortController();
    const reason = new Error("enough");
    const plan = hss.exportAssets(
      { assetType: "app", headers },
      { pollIntervalMs: 60_000, onStatus: () => ending.abort(reason) },
    );
    await expect(plan.toBytes({ maxBytes: 1000, signal: ending.signal })).rejects.toBe(reason);
    expect(seen).toHaveLength(2);
  });

  it("[HSS-13] warns when there are more records than are exported", async () => {
    answer(jobAnswers());
    const told: [string, object | undefined][] = [];
    const note = (message: string, fields?: object): void => void told.push([message, fields]);
    const logger = { debug: () => {}, info: () => {}, warn: note, error: note };
    await run("imageBaseline", { exportSize: 15 }, { logger });
    await run("imageBaseline", { exportSize: 16 }, { logger });
    expect(told).toEqual([
      [
        expect.stringContaining("leaves records out"),
        expect.objectContaining({ taskId: "t1", recordTotal: 16, exportSize: 15 }),
      ],
    ]);
  });
});
