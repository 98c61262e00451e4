import {
  choice,
  type Field,
  type Fields,
  faultOf,
  required,
  text,
  type Values,
  whole,
} from "./request-fields.ts";

/** An operation of HSS that starts an export. */
export interface HssExport {
  /** As the vendor names it. */
  readonly operation: string;
  /** After `/v5/{project_id}`. */
  readonly path: string;
  /** In the names of its tasks and files. */
  readonly name: string;
  readonly query?: Fields;
  /** The fields of the body; `titles` where the body is nothing but the titles of the columns. */
  readonly body?: Fields | "titles";
  /** Whether the header `region` is required. */
  readonly region?: true;
  /** Whether the answer tells how many records there are. */
  readonly total?: true;
  /** What the document says beyond single fields: the fault, or `undefined`. */
  readonly rule?: (query: Values, body: Values) => string | undefined;
  /** The report that is exported, which must be there. */
  readonly reportOf?: (body: Values) => string;
}

const titles: Field = { is: "titles" };
const texts: Field = { is: "texts" };
const flag: Field = { is: "flag" };
const assetValue = choice("important", "common", "test");
const levels = ["Low", "Medium", "High", "Critical"] as const;
const priority = choice("Critical", "High", "Medium", "Low");
const handled = choice("unhandled", "handled");
const vulnerabilityTypes = choice("linux_vul", "windows_vul", "web_cms", "app_vul", "urgent_vul");
const maxInt = 2_147_483_647;
const twoDaysMs = 2 * 24 * 3600 * 1000;

/**
 * Every operation that starts an export, with what the vendor's documents say of its fields.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportVuls.html
 */
export const hssExports: readonly HssExport[] = [
  {
    operation: "ExportVuls",
    path: "/vul/export",
    name: "vul-vul-zh",
    query: {
      export_size: required(whole()),
      category: required(choice("vul", "host")),
      type: vulnerabilityTypes,
      offset: whole(0),
      repair_priority: priority,
      handle_status: handled,
      status: choice(
        ...["vul_status_unfix", "vul_status_ignored", "vul_status_verified", "vul_status_fixing"],
        ...["vul_status_fixed", "vul_status_reboot", "vul_status_failed", "vul_status_fix_after_reboot"],
      ),
      asset_value: assetValue,
    },
    body: { export_headers: required(titles), vul_id_list: texts, host_id_list: texts },
  },
  {
    operation: "ExportHandledVulnerabilities",
    path: "/vulnerability/history/export-task",
    name: "vul-handled",
    body: {
      export_headers: required(titles),
      repair_priority: priority,
      is_affect_business: flag,
      asset_value: assetValue,
      handle_cycle: choice("today", "all"),
      specific_vuls: { is: "objects" },
      export_size: whole(),
    },
  },
  {
    operation: "ExportVulHandleHistory",
    path: "/vulnerability/handle-history/export-task",
    name: "vul-handle-history",
    body: { export_header_list: required(titles), asset_value: assetValue, export_size: whole() },
  },
  {
    operation: "ExportEventRequest",
    path: "/event/export",
    name: "event",
    query: {
      category: required(choice("host", "container")),
      event_id: required(text(128)),
      last_days: whole(),
      begin_time: whole(0),
      end_time: whole(0),
      severity: choice("Security", ...levels),
      severity_list: { is: "texts", oneOf: ["Security", ...levels] },
      handle_status: handled,
      host_name: text(64),
      host_id: text(256),
      private_ip: text(128),
      public_ip: text(128),
      container_name: text(512),
      event_name: text(128),
      cluster_id: text(64),
      offset: whole(),
      limit: whole(),
      export_size: whole(),
      asset_value: assetValue,
      auto_block: flag,
    },
    body: "titles",
    total: true,
    rule: ({ last_days: days, begin_time: begin, end_time: end }) => {
      if (days !== undefined && (begin !== undefined || end !== undefined))
        return "last_days excludes begin_time and end_time";
      return Number(end) - Number(begin) > twoDaysMs
        ? "begin_time and end_time are over 2 days apart"
        : undefined;
    },
  },
  {
    operation: "ExportAntiVirusResult",
    path: "/antivirus/result/export",
    name: "antivirus",
    query: {
      offset: required(whole(0, 2_000_000)),
      limit: required(whole(10, 200)),
      handle_status: handled,
      severity_list: { is: "texts", oneOf: levels },
      asset_value: assetValue,
      file_path: text(512),
      file_hash: text(64),
      manual_isolate: flag,
      export_size: whole(),
    },
    body: { export_headers: titles },
  },
  {
    operation: "ExportBaselineSecurityCheckReport",
    path: "/baseline/export",
    name: "baseline",
    body: {
      export_headers: required(titles),
      category: choice("risk-config", "password-complexity", "weak-password"),
      export_size: whole(1, 200_000),
      standard: choice("cn_standard", "hw_standard", "cis_standard"),
      scan_result: choice("pass", "failed", "unhandled"),
      statistics_scan_result: choice("pass", "failed", "processed"),
    },
  },
  {
    operation: "ExportContainerList",
    path: "/container/export-task",
    name: "container",
    query: { export_size: whole(1, 100_000) },
    body: {
      export_headers: required(titles),
      cluster_container: flag,
      cluster_type: choice("cce", "ali", "tencent", "azure", "aws", "self_built_hw", "self_built_idc"),
      cluster_name: text(255),
      container_name: text(255),
      pod_name: text(512),
      image_name: text(255),
      status: choice("Running", "Waiting", "Terminated", "Isolated", "Paused"),
      risky: flag,
      create_time: { is: "object" },
    },
  },
  {
    operation: "ExportRisks",
    path: "/container/cluster/risk/export-task",
    name: "cluster-risk",
    query: { risk_type: required(choice("iac_risk")), export_size: required(whole()) },
    body: { export_headers: required({ is: "titles", min: 1, max: 10_000 }), iac_items: { is: "object" } },
  },
  {
    operation: "ExportImageSecurityReportTask",
    path: "/image/security-report/export-tasks",
    name: "image-security-report",
    body: {
      export_size: required(whole()),
      security_report_type: required(
        choice(
          ...["malwares", "apps", "files", "sensitive-info", "non-compliant-app", "build-command-risks"],
        ),
      ),
      operate_all: required(flag),
      image_id_list: texts,
    },
    rule: (_query, { operate_all: all, image_id_list: images }) =>
      all === false && !(Array.isArray(images) && images.length > 0)
        ? "image_id_list is required"
        : undefined,
  },
  {
    operation: "BatchExportBaselineTask",
    path: "/image/baseline/export",
    name: "image-baseline",
    query: { export_size: required(whole(0, maxInt)) },
    body: { image_id_list: texts, operate_all: flag },
    total: true,
  },
  {
    operation: "BatchExportLocalVulTask",
    path: "/image/local-vulnerability/export",
    name: "image-local-vul",
    query: { export_size: required(whole()) },
    body: {},
    region: true,
    total: true,
  },
  {
    operation: "ExportWebTamperHost",
    path: "/webtamper/host/export",
    name: "webtamper",
    body: { export_headers: required(titles), export_size: required(whole(1, 200_000)) },
  },
  {
    operation: "DownloadAssetFile",
    path: "/asset/export",
    name: "asset",
    query: {
      asset_type: required(
        choice(
          ...["users", "auto_launch", "database", "jar_package", "port", "process"],
          ...["web_cms", "web_framework", "web_service", "web_site", "app", "kernel_module"],
        ),
      ),
      category: required(choice("host", "container")),
    },
    body: { export_headers: required(titles), search_param: { is: "json" } },
  },
  {
    operation: "ExportTaskInfo",
    path: "/export-task",
    name: "operational-report",
    body: {
      type: required(choice("operational-report")),
      operational_report_data: required({ is: "object" }),
    },
    rule: (_query, body) => {
      const fault = faultOf({ report_id: required(text(32)) }, body.operational_report_data as Values);
      return fault && `operational_report_data.${fault}`;
    },
    reportOf: ({ operational_report_data: data }) => String((data as Values).report_id),
  },
];
