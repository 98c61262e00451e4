import { zipContent } from "@cloudhaul/emulator";
import { createHssDownloadClient, type ExportInputs, type ExportKind } from "@cloudhaul/hss-download";
import { type ComparedCall, comparedCalls, firstOf } from "./compared-call.ts";
import type { OfficialCall } from "./official-core.ts";

const content = zipContent({ seed: "compared", bytes: 5000 });
const fileId = "file";
/** The emulator's region, which HSS wants in a header of its own. */
const region = "cn-north-4";
const eps = "all_granted_eps";
const enterpriseProjectId = eps;
const titles: readonly (readonly [string, string])[] = [["host_name", "Server name"]];
const headers = titles;

/** What is exported, and what the vendor's core is given for the same. */
const exported: {
  readonly [Kind in ExportKind]: readonly [
    input: ExportInputs[Kind],
    name: string,
    path: string,
    official: Pick<OfficialCall, "queryParams" | "headers" | "data">,
  ];
} = {
  vulnerabilities: [
    {
      enterpriseProjectId,
      category: "host",
      headers,
      exportSize: 500,
      vulName: "CVE (kernel)",
      vulIdList: ["v"],
    },
    "ExportVuls",
    "vul/export",
    {
      queryParams: {
        ...{ enterprise_project_id: eps, vul_name: "CVE (kernel)" },
        ...{ export_size: 500, category: "host" },
      },
      data: { vul_id_list: ["v"], export_headers: titles },
    },
  ],
  handledVulnerabilities: [
    { headers, specificVuls: [{ hostId: "h", vulId: "v" }], handleCycle: "all" },
    "ExportHandledVulnerabilities",
    "vulnerability/history/export-task",
    {
      data: {
        export_headers: titles,
        ...{ handle_cycle: "all", specific_vuls: [{ host_id: "h", vul_id: "v" }] },
      },
    },
  ],
  vulnerabilityHistory: [
    { headers, vulType: "linux_vul", hostName: "web-1" },
    "ExportVulHandleHistory",
    "vulnerability/handle-history/export-task",
    { data: { export_header_list: titles, vul_type: "linux_vul", host_name: "web-1" } },
  ],
  events: [
    {
      ...{ category: "host", eventId: "e", headers, lastDays: 1, hostName: "web 1" },
      ...{ eventTypes: [1001, 1002], severityList: ["High", "Critical"], autoBlock: true },
    },
    "ExportEventRequest",
    "event/export",
    {
      queryParams: {
        ...{ category: "host", last_days: 1, host_name: "web 1", event_types: [1001, 1002] },
        ...{ severity_list: ["High", "Critical"], auto_block: true, event_id: "e" },
      },
      data: titles,
    },
  ],
  antivirusResults: [
    { headers, severityList: ["High"], filePath: "/tmp/a b*", manualIsolate: false },
    "ExportAntiVirusResult",
    "antivirus/result/export",
    {
      queryParams: {
        ...{ offset: 0, limit: 200, severity_list: ["High"] },
        ...{ file_path: "/tmp/a b*", manual_isolate: false },
      },
      data: { export_headers: titles },
    },
  ],
  baselineReport: [
    { headers, category: "risk-config", standard: "cn_standard", exportSize: 1000 },
    "ExportBaselineSecurityCheckReport",
    "baseline/export",
    {
      data: {
        ...{ export_headers: titles, category: "risk-config" },
        ...{ export_size: 1000, standard: "cn_standard" },
      },
    },
  ],
  containers: [
    { headers, exportSize: 1000, createTimeStart: 0, createTimeEnd: 1_760_000_000_000, risky: true },
    "ExportContainerList",
    "container/export-task",
    {
      queryParams: { export_size: 1000 },
      data: {
        ...{ export_headers: titles, risky: true },
        create_time: { start_time: 0, end_time: 1_760_000_000_000 },
      },
    },
  ],
  clusterRisks: [
    { headers, exportSize: 1000, fileType: "dockerfile" },
    "ExportRisks",
    "container/cluster/risk/export-task",
    {
      queryParams: { risk_type: "iac_risk", export_size: 1000 },
      data: { export_headers: titles, iac_items: { file_type: "dockerfile" } },
    },
  ],
  imageReport: [
    { securityReportType: "apps", imageIdList: ["i"], operateAll: false, exportSize: 1000 },
    "ExportImageSecurityReportTask",
    "image/security-report/export-tasks",
    {
      data: {
        ...{ image_id_list: ["i"], operate_all: false },
        ...{ export_size: 1000, security_report_type: "apps" },
      },
    },
  ],
  imageBaseline: [
    { imageType: "private_image", exportSize: 1000 },
    "BatchExportBaselineTask",
    "image/baseline/export",
    {
      queryParams: { export_size: 1000 },
      headers: { region },
      data: { operate_all: true, image_type: "private_image" },
    },
  ],
  imageVulnerabilities: [
    { vulType: "linux_vul", exportSize: 1000 },
    "BatchExportLocalVulTask",
    "image/local-vulnerability/export",
    {
      queryParams: { export_size: 1000 },
      headers: { region },
      data: { operate_all: true, vul_type: "linux_vul" },
    },
  ],
  webTamperHosts: [
    { headers, exportSize: 1000, osType: "Linux", hostIdList: ["h"] },
    "ExportWebTamperHost",
    "webtamper/host/export",
    { data: { export_headers: titles, export_size: 1000, host_id_list: ["h"], os_type: "Linux" } },
  ],
  assets: [
    { assetType: "port", headers, searchParam: { port_string: "8080" } },
    "DownloadAssetFile",
    "asset/export",
    {
      queryParams: { asset_type: "port", category: "host" },
      data: { export_headers: titles, search_param: JSON.stringify({ port_string: "8080" }) },
    },
  ],
  operationReport: [
    { reportId: "2026-10" },
    "ExportTaskInfo",
    "export-task",
    { data: { type: "operational-report", operational_report_data: { report_id: "2026-10" } } },
  ],
};

/** Every operation of HSS. */
export const hssCalls: readonly ComparedCall[] = comparedCalls(
  "hss",
  createHssDownloadClient,
  ({ hss }) => {
    hss.addFile({ fileId, content });
    hss.addMonthlyReport("2026-10");
    const { taskId } = hss.startExport({ operation: "ExportVuls" });
    const { taskId: eventTaskId } = hss.startExport({ operation: "ExportEventRequest" });
    return { taskId, eventTaskId };
  },
  {
    ...Object.fromEntries(
      Object.entries(exported).map(([kind, [input, name, path, official]]) => [
        name,
        [
          (hss: ReturnType<typeof createHssDownloadClient>) => hss.startExport({ kind, ...input } as never),
          (): OfficialCall => ({ method: "POST", url: `/v5/{project_id}/${path}`, ...official }),
        ] as const,
      ]),
    ),
    ListDownloadExportedFile: [
      (hss) => hss.downloadExportedFile({ fileId, enterpriseProjectId }).toBytes({ maxBytes: 1e6 }),
      () => ({
        ...{ method: "GET", url: "/v5/{project_id}/download/{file_id}", pathParams: { file_id: fileId } },
        ...{ queryParams: { enterprise_project_id: eps }, headers: { region } },
      }),
    ],
    ListQueryExportTask: [
      (hss, { taskId }) => hss.getExport({ taskId, pollBy: "task" }),
      ({ taskId }) => ({
        ...{ method: "GET", url: "/v5/{project_id}/export-task/{task_id}" },
        ...{ pathParams: { task_id: taskId }, headers: { region } },
      }),
    ],
    ShowExportTask: [
      (hss, { eventTaskId }) => hss.getExport({ taskId: eventTaskId, pollBy: "event" }),
      ({ eventTaskId }) => ({
        ...{ method: "GET", url: "/v5/{project_id}/event/export-task/{task_id}" },
        pathParams: { task_id: eventTaskId },
      }),
    ],
    ShowLatestExportTaskByType: [
      (hss, { taskId }) => hss.getExport({ taskId, pollBy: "latest", exportTaskType: "vul" }),
      ({ taskId }) => ({
        ...{ method: "GET", url: "/v5/{project_id}/export-task" },
        queryParams: { task_id: taskId, export_task_type: "vul" },
      }),
    ],
    ListMonthlyOperationReports: [
      (hss) => firstOf(hss.listOperationReports()),
      () => ({
        ...{ method: "GET", url: "/v5/{project_id}/operational-report/reports" },
        queryParams: { limit: 200, offset: 0 },
      }),
    ],
  },
);
