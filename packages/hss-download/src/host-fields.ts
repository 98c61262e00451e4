import { ConfigurationError } from "@cloudhaul/core-http";
import { assetValue } from "./field-values.ts";
import type {
  ExportAssetsInput,
  ExportBaselineReportInput,
  ExportOperationReportInput,
  ExportWebTamperHostsInput,
} from "./host-inputs.ts";
import {
  body,
  columns,
  enterpriseProject,
  oneOf,
  type ParametersOf,
  query,
  required,
  texts,
  upTo,
  whole,
  wholeTable,
} from "./parameters.ts";

const opened = oneOf("closed", "opened");
const longestSearch = 128;

/** Of `ExportBaselineSecurityCheckReport`. */
export const baselineFields: ParametersOf<ExportBaselineReportInput> = {
  enterpriseProjectId: enterpriseProject,
  headers: body("export_headers", required(columns)),
  category: body("category", oneOf("risk-config", "password-complexity", "weak-password")),
  exportSize: body("export_size", whole(1, 200_000)),
  groupId: body("group_id", upTo(128)),
  checkName: body("check_name", upTo(256)),
  standard: body("standard", oneOf("cn_standard", "hw_standard", "cis_standard")),
  scanResult: body("scan_result", oneOf("pass", "failed", "unhandled")),
  severity: body("severity", oneOf("Security", "Low", "Medium", "High")),
  hostId: body("host_id", upTo(64)),
  limit: body("limit", whole(0)),
  offset: body("offset", whole(0)),
  tag: body("tag", upTo(256)),
  checkType: body("check_type", upTo(256)),
  statisticsScanResult: body("statistics_scan_result", oneOf("pass", "failed", "processed")),
  checkRuleName: body("check_rule_name", upTo(2048)),
  clusterId: body("cluster_id", upTo(64)),
};

/** Of `ExportWebTamperHost`. */
export const webTamperFields: ParametersOf<ExportWebTamperHostsInput> = {
  enterpriseProjectId: enterpriseProject,
  headers: body("export_headers", required(columns)),
  exportSize: body("export_size", wholeTable(1, 200_000)),
  hostId: body("host_id", upTo(64)),
  hostIdList: body("host_id_list", texts),
  hostName: body("host_name", upTo(256)),
  publicIp: body("public_ip", upTo(256)),
  privateIp: body("private_ip", upTo(128)),
  agentId: body("agent_id", upTo(64)),
  osType: body("os_type", oneOf("Linux", "Windows")),
  assetValue: body("asset_value", assetValue),
  groupName: body("group_name", upTo(256)),
  protectStatus: body("protect_status", opened),
  agentStatus: body(
    "agent_status",
    oneOf("installed", "not_installed", "online", "offline", "install_failed", "installing", "not_online"),
  ),
  raspProtectStatus: body("rasp_protect_status", opened),
  wtpStatus: body("wtp_status", oneOf("closed", "opened", "open_failed", "opening", "partial_protection")),
  offset: body("offset", whole(0)),
  limit: body("limit", whole(0)),
};

/** Of `DownloadAssetFile`, which downloads nothing: it starts an export. */
export const assetFields: ParametersOf<ExportAssetsInput> = {
  enterpriseProjectId: enterpriseProject,
  assetType: query(
    "asset_type",
    required(
      oneOf(
        ...["users", "auto_launch", "database", "jar_package", "port", "process"],
        ...["web_cms", "web_framework", "web_service", "web_site", "app", "kernel_module"],
      ),
    ),
  ),
  category: query("category", { ...oneOf("host", "container"), default: "host" }),
  headers: body("export_headers", required(columns)),
  searchParam: body("search_param", { type: "object", as: "json" }),
};

/** With a search that fits. */
export function assetsInput(input: ExportAssetsInput): object {
  if (input.searchParam === undefined) return input;
  const json = jsonOf(input.searchParam);
  if (json.length <= longestSearch) return { ...input, searchParam: JSON.parse(json) as object };
  const text = `searchParam must have at most ${longestSearch} characters as JSON, but has ${json.length}.`;
  throw new ConfigurationError("searchParam", text);
}

function jsonOf(searchParam: object): string {
  try {
    return JSON.stringify(searchParam);
  } catch (cause) {
    throw new ConfigurationError("searchParam", "searchParam cannot be written as JSON.", { cause });
  }
}

/** Of `ExportTaskInfo`. */
export const operationReportFields: ParametersOf<ExportOperationReportInput> = {
  enterpriseProjectId: enterpriseProject,
  type: body("type", { ...oneOf("operational-report"), default: "operational-report" }),
  reportId: body("operational_report_data.report_id", required(upTo(32))),
};
