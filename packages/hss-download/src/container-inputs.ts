import type { ExportInput, RequiredHeaders } from "./export-input.ts";

/**
 * Which containers to export. Fields of `headers` that the vendor names: `container_id`, `container_name`, `image_name`,
 * `pod_name`, `cluster_name`, `cluster_type`, `status`, `risky`, `low_risk`, `medium_risk`, `high_risk`, `fatal_risk`,
 * `create_time`, `restart_count`, `cpu_limit` and `memory_limit`.
 */
export interface ExportContainersInput extends ExportInput, RequiredHeaders {
  /** `export_size`: how many records at most, 1 to 100,000. The vendor's default is 100,000. */
  readonly exportSize?: number | undefined;
  /** `cluster_container`: those in clusters, or those in none. */
  readonly clusterContainer?: boolean | undefined;
  /** `cluster_type`. */
  readonly clusterType?:
    | "cce"
    | "ali"
    | "tencent"
    | "azure"
    | "aws"
    | "self_built_hw"
    | "self_built_idc"
    | undefined;
  /** `cluster_name`: 1 to 255 characters. */
  readonly clusterName?: string | undefined;
  /** `container_name`: 1 to 255 characters. */
  readonly containerName?: string | undefined;
  /** `pod_name`: 1 to 512 characters. */
  readonly podName?: string | undefined;
  /** `image_name`: 1 to 255 characters. */
  readonly imageName?: string | undefined;
  /** `status`. */
  readonly status?: "Running" | "Waiting" | "Terminated" | "Isolated" | "Paused" | undefined;
  /** `risky`: those at risk, or those at none. */
  readonly risky?: boolean | undefined;
  /** `create_time.start_time`: made at this time or later. The unit is not documented. */
  readonly createTimeStart?: number | undefined;
  /** `create_time.end_time`: made at this time or earlier. The unit is not documented. */
  readonly createTimeEnd?: number | undefined;
  /** `cpu_limit`: for example `100m`. At most 64 characters. */
  readonly cpuLimit?: string | undefined;
  /** `memory_limit`: for example `300Mi`. At most 64 characters. */
  readonly memoryLimit?: string | undefined;
}

/** Which risks of clusters to export. 1 to 10,000 columns. */
export interface ExportClusterRisksInput extends ExportInput, RequiredHeaders {
  /** `risk_type`: there is only this one. */
  readonly riskType?: "iac_risk" | undefined;
  /** `export_size`: how many records at most; what is beyond is left out. No bound is documented. Default 100,000. */
  readonly exportSize?: number | undefined;
  /** `iac_items.file_id_list`: these files only, 1 to 200. */
  readonly fileIdList?: readonly string[] | undefined;
  /** `iac_items.file_name`: 1 to 64 characters. */
  readonly fileName?: string | undefined;
  /** `iac_items.file_type`. */
  readonly fileType?: "dockerfile" | "k8s_yaml" | undefined;
  /** `iac_items.risky`: those at risk, or those at none. */
  readonly risky?: boolean | undefined;
  /** `iac_items.scan_type`. The vendor's default is `manual_scan`. */
  readonly scanType?: "manual_scan" | "cicd_scan" | undefined;
}
