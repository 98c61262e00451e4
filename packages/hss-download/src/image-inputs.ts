import type { ExportInput } from "./export-input.ts";
import type { HandleStatus } from "./vulnerability-inputs.ts";

/** Where images come from. */
export type ImageType =
  | "private_image"
  | "shared_image"
  | "local_image"
  | "instance_image"
  | "harbor"
  | "jfrog"
  | "cicd";

/** How far the scan of an image came. */
export type ImageScanStatus =
  | "unscan"
  | "success"
  | "scanning"
  | "failed"
  | "download_failed"
  | "image_oversized";

/** Which images an export is of. Times are in milliseconds since 1970. */
export interface ImageSelection extends ExportInput {
  /** `export_size`: how many records at most; what is beyond is left out. Default 100,000. */
  readonly exportSize?: number | undefined;
  /** `image_id_list`: these images only. */
  readonly imageIdList?: readonly string[] | undefined;
  /** `operate_all`: all images that the other fields select; `false` for those of `imageIdList`. Default: `true` unless that is given. */
  readonly operateAll?: boolean | undefined;
  /** `image_name`. */
  readonly imageName?: string | undefined;
  /** `image_version`. */
  readonly imageVersion?: string | undefined;
  /** `image_size`: the unit is not documented. */
  readonly imageSize?: number | undefined;
  /** `start_latest_update_time`: made at this time or later. */
  readonly startLatestUpdateTime?: number | undefined;
  /** `end_latest_update_time`: made at this time or earlier. */
  readonly endLatestUpdateTime?: number | undefined;
  /** `start_latest_scan_time`: scanned at this time or later. */
  readonly startLatestScanTime?: number | undefined;
  /** `end_latest_scan_time`: scanned at this time or earlier. */
  readonly endLatestScanTime?: number | undefined;
}

/** Which images of registries an export is of. */
export interface RegistryImageSelection extends ImageSelection {
  /** `image_type`. Needed for local images and those of CI/CD; without it the images of the other registries are exported. */
  readonly imageType?: ImageType | undefined;
  /** `scan_status`. */
  readonly scanStatus?: ImageScanStatus | undefined;
  /** `namespace`: the organization. */
  readonly namespace?: string | undefined;
  /** `image_id`. At most 128 characters. */
  readonly imageId?: string | undefined;
  /** `latest_version`: the newest version of each image only. */
  readonly latestVersion?: boolean | undefined;
  /** `has_malicious_file`. */
  readonly hasMaliciousFile?: boolean | undefined;
  /** `has_vul`. */
  readonly hasVul?: boolean | undefined;
  /** `has_unsafe_setting`. */
  readonly hasUnsafeSetting?: boolean | undefined;
  /** `risky`. */
  readonly risky?: boolean | undefined;
  /** `severity_level`. */
  readonly severityLevel?: "Security" | "Low" | "Medium" | "High" | undefined;
  /** `instance_name`: of the enterprise registry. At most 128 characters. */
  readonly instanceName?: string | undefined;
  /** `cicd_name`. At most 128 characters. */
  readonly cicdName?: string | undefined;
  /** `build_command_risk_level`. */
  readonly buildCommandRiskLevel?: "critical" | "high" | "medium" | "low" | undefined;
  /** `build_command_risk_name`. At most 128 characters. */
  readonly buildCommandRiskName?: string | undefined;
  /** `build_command_rule_id_list`. */
  readonly buildCommandRuleIdList?: readonly string[] | undefined;
}

/** Which security reports of images to export. */
export interface ExportImageReportInput extends RegistryImageSelection {
  /** `security_report_type`. */
  readonly securityReportType:
    | "malwares"
    | "apps"
    | "files"
    | "sensitive-info"
    | "non-compliant-app"
    | "build-command-risks";
}

/** Which baseline checks of images to export. */
export interface ExportImageBaselineInput extends RegistryImageSelection {
  /** `vul_type`. */
  readonly vulType?: "linux_vul" | "app_vul" | undefined;
  /** `vul_id_list`: at most 2,048. */
  readonly vulIdList?: readonly string[] | undefined;
  /** `instance_id`: of the enterprise registry. At most 128 characters. */
  readonly instanceId?: string | undefined;
  /** `has_container`. */
  readonly hasContainer?: boolean | undefined;
  /** `region`: the region header. Default: the client's region. */
  readonly region?: string | undefined;
}

/** Which vulnerabilities of local images to export. */
export interface ExportImageVulnerabilitiesInput extends ImageSelection {
  /** `vul_type`. */
  readonly vulType?: "linux_vul" | "app_vul" | undefined;
  /** `handle_status`. */
  readonly handleStatus?: HandleStatus | undefined;
  /** `scan_status`. */
  readonly scanStatus?: ImageScanStatus | "waiting_for_scan" | "image_scan_stop" | undefined;
  /** `has_container`. */
  readonly hasContainer?: boolean | undefined;
  /** `vul_id_list`. */
  readonly vulIdList?: readonly string[] | undefined;
  /** `region`: the region header, which this export needs. Default: the client's region. */
  readonly region?: string | undefined;
}
