import type { ExportInput, RequiredHeaders } from "./export-input.ts";
import type { AssetValue } from "./vulnerability-inputs.ts";

/** Which baseline checks to export. */
export interface ExportBaselineReportInput extends ExportInput, RequiredHeaders {
  /** `category`. The vendor's default is `risk-config`. */
  readonly category?: "risk-config" | "password-complexity" | "weak-password" | undefined;
  /** `export_size`: how many records at most, 1 to 200,000. The vendor's default is 100,000. */
  readonly exportSize?: number | undefined;
  /** `group_id`: of the policy group. At most 128 characters. */
  readonly groupId?: string | undefined;
  /** `check_name`: for example `SSH`. At most 256 characters. */
  readonly checkName?: string | undefined;
  /** `standard`. */
  readonly standard?: "cn_standard" | "hw_standard" | "cis_standard" | undefined;
  /** `scan_result`. The vendor has given up `failed` for `unhandled`. */
  readonly scanResult?: "pass" | "failed" | "unhandled" | undefined;
  /** `severity`. */
  readonly severity?: "Security" | "Low" | "Medium" | "High" | undefined;
  /** `host_id`: at most 64 characters. */
  readonly hostId?: string | undefined;
  /** `limit`: what it does besides `exportSize` is not documented. */
  readonly limit?: number | undefined;
  /** `offset`: of the first record. */
  readonly offset?: number | undefined;
  /** `tag`: the kind of check. At most 256 characters. */
  readonly tag?: string | undefined;
  /** `check_type`: for example `SSH`. At most 256 characters. */
  readonly checkType?: string | undefined;
  /** `statistics_scan_result`. */
  readonly statisticsScanResult?: "pass" | "failed" | "processed" | undefined;
  /** `check_rule_name`: a part of it is enough. At most 2,048 characters. */
  readonly checkRuleName?: string | undefined;
  /** `cluster_id`: at most 64 characters. */
  readonly clusterId?: string | undefined;
}

/** Which servers with web tamper protection to export. */
export interface ExportWebTamperHostsInput extends ExportInput, RequiredHeaders {
  /** `export_size`: how many records at most, 1 to 200,000. Default 100,000. */
  readonly exportSize?: number | undefined;
  /** `host_id`: 1 to 64 characters. */
  readonly hostId?: string | undefined;
  /** `host_id_list`: these only. */
  readonly hostIdList?: readonly string[] | undefined;
  /** `host_name`: 1 to 256 characters. */
  readonly hostName?: string | undefined;
  /** `public_ip`: 1 to 256 characters. */
  readonly publicIp?: string | undefined;
  /** `private_ip`: 1 to 128 characters. */
  readonly privateIp?: string | undefined;
  /** `agent_id`: 1 to 64 characters. */
  readonly agentId?: string | undefined;
  /** `os_type`. */
  readonly osType?: "Linux" | "Windows" | undefined;
  /** `asset_value`. */
  readonly assetValue?: AssetValue | undefined;
  /** `group_name`: of the server group. At most 256 characters. */
  readonly groupName?: string | undefined;
  /** `protect_status`. */
  readonly protectStatus?: "closed" | "opened" | undefined;
  /** `agent_status`: `not_online` is all but `online`. */
  readonly agentStatus?:
    | "installed"
    | "not_installed"
    | "online"
    | "offline"
    | "install_failed"
    | "installing"
    | "not_online"
    | undefined;
  /** `rasp_protect_status`: of the protection of dynamic pages. */
  readonly raspProtectStatus?: "closed" | "opened" | undefined;
  /** `wtp_status`. */
  readonly wtpStatus?: "closed" | "opened" | "open_failed" | "opening" | "partial_protection" | undefined;
  /** `offset`: of the first record. */
  readonly offset?: number | undefined;
  /** `limit`: what it does besides `exportSize` is not documented. */
  readonly limit?: number | undefined;
}

/**
 * Which assets to export. Fields of `headers` that the vendor names: `host_name` and `host_ip` for all; for `port` also
 * `port`, `type`, `pid`, `path` and `laddr`; for `app` also `app_name`, `version` and `update_time`; for the others see its page.
 */
export interface ExportAssetsInput extends ExportInput, RequiredHeaders {
  /** `asset_type`. */
  readonly assetType:
    | "users"
    | "auto_launch"
    | "database"
    | "jar_package"
    | "port"
    | "process"
    | "web_cms"
    | "web_framework"
    | "web_service"
    | "web_site"
    | "app"
    | "kernel_module";
  /** `category`: of servers, or of containers. Default `host`. */
  readonly category?: "host" | "container" | undefined;
  /**
   * `search_param`: what the list of these assets can be searched by, for example `{ port_string: "8080" }`. The names are
   * the vendor's own. Sent as a text of JSON, which may have 128 characters.
   */
  readonly searchParam?: Readonly<Record<string, unknown>> | undefined;
}

/** Which monthly report to export. */
export interface ExportOperationReportInput extends ExportInput {
  /** `operational_report_data.report_id`: as `listOperationReports` tells. 1 to 32 characters. */
  readonly reportId: string;
  /** `type`: there is only this one. */
  readonly type?: "operational-report" | undefined;
}
