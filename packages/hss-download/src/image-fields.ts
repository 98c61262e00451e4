import { ConfigurationError } from "@cloudhaul/core-http";
import { handleStatus } from "./field-values.ts";
import type {
  ExportImageBaselineInput,
  ExportImageReportInput,
  ExportImageVulnerabilitiesInput,
  ImageSelection,
  RegistryImageSelection,
} from "./image-inputs.ts";
import {
  body,
  enterpriseProject,
  flag,
  oneOf,
  type ParametersOf,
  query,
  region,
  required,
  texts,
  upTo,
  whole,
  wholeTable,
} from "./parameters.ts";

const scanStatuses = [
  "unscan",
  "success",
  "scanning",
  "failed",
  "download_failed",
  "image_oversized",
] as const;
const vulnerabilityType = body("vul_type", oneOf("linux_vul", "app_vul"));
const maxInteger = 2_147_483_647;

/** Of every export of images, but for the number of records, which goes to two places. */
const imageFields: Omit<ParametersOf<ImageSelection>, "exportSize"> = {
  enterpriseProjectId: enterpriseProject,
  imageIdList: body("image_id_list", texts),
  operateAll: body("operate_all", flag),
  imageName: body("image_name"),
  imageVersion: body("image_version"),
  imageSize: body("image_size", whole(0)),
  startLatestUpdateTime: body("start_latest_update_time", whole(0)),
  endLatestUpdateTime: body("end_latest_update_time", whole(0)),
  startLatestScanTime: body("start_latest_scan_time", whole(0)),
  endLatestScanTime: body("end_latest_scan_time", whole(0)),
};

const registryImageFields: Omit<ParametersOf<RegistryImageSelection>, "exportSize"> = {
  ...imageFields,
  imageType: body(
    "image_type",
    oneOf("private_image", "shared_image", "local_image", "instance_image", "harbor", "jfrog", "cicd"),
  ),
  scanStatus: body("scan_status", oneOf(...scanStatuses)),
  namespace: body("namespace"),
  imageId: body("image_id", upTo(128)),
  latestVersion: body("latest_version", flag),
  hasMaliciousFile: body("has_malicious_file", flag),
  hasVul: body("has_vul", flag),
  hasUnsafeSetting: body("has_unsafe_setting", flag),
  risky: body("risky", flag),
  severityLevel: body("severity_level", oneOf("Security", "Low", "Medium", "High")),
  instanceName: body("instance_name", upTo(128)),
  cicdName: body("cicd_name", upTo(128)),
  buildCommandRiskLevel: body("build_command_risk_level", oneOf("critical", "high", "medium", "low")),
  buildCommandRiskName: body("build_command_risk_name", upTo(128)),
  buildCommandRuleIdList: body("build_command_rule_id_list", texts),
};

/** Of `ExportImageSecurityReportTask`. */
export const imageReportFields: ParametersOf<ExportImageReportInput> = {
  ...registryImageFields,
  exportSize: body("export_size", wholeTable()),
  securityReportType: body(
    "security_report_type",
    required(
      oneOf("malwares", "apps", "files", "sensitive-info", "non-compliant-app", "build-command-risks"),
    ),
  ),
};

/** Of `BatchExportBaselineTask`. */
export const imageBaselineFields: ParametersOf<ExportImageBaselineInput> = {
  ...registryImageFields,
  exportSize: query("export_size", wholeTable(0, maxInteger)),
  vulType: vulnerabilityType,
  vulIdList: body("vul_id_list", { ...texts, maxItems: 2048 }),
  instanceId: body("instance_id", upTo(128)),
  hasContainer: body("has_container", flag),
  region,
};

/** Of `BatchExportLocalVulTask`, the one operation that demands the header `region`. */
export const imageVulnerabilityFields: ParametersOf<ExportImageVulnerabilitiesInput> = {
  ...imageFields,
  exportSize: query("export_size", wholeTable()),
  vulType: vulnerabilityType,
  handleStatus: body("handle_status", handleStatus),
  scanStatus: body("scan_status", oneOf(...scanStatuses, "waiting_for_scan", "image_scan_stop")),
  hasContainer: body("has_container", flag),
  vulIdList: body("vul_id_list", texts),
  region: { ...region, required: true },
};

/** All images, unless some are named. */
export function imageInput(input: ImageSelection): object {
  const { imageIdList, operateAll = imageIdList === undefined } = input;
  if (!operateAll && !imageIdList?.length)
    throw new ConfigurationError(
      "imageIdList",
      "Give imageIdList: with operateAll false only these are exported.",
    );
  return { ...input, operateAll };
}
