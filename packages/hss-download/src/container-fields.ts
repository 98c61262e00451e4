import type { ExportClusterRisksInput, ExportContainersInput } from "./container-inputs.ts";
import {
  body,
  columns,
  enterpriseProject,
  flag,
  oneOf,
  type ParametersOf,
  query,
  required,
  texts,
  upTo,
  whole,
  wholeTable,
} from "./parameters.ts";

/** Of `ExportContainerList`. */
export const containerFields: ParametersOf<ExportContainersInput> = {
  enterpriseProjectId: enterpriseProject,
  exportSize: query("export_size", whole(1, 100_000)),
  headers: body("export_headers", required(columns)),
  clusterContainer: body("cluster_container", flag),
  clusterType: body(
    "cluster_type",
    oneOf("cce", "ali", "tencent", "azure", "aws", "self_built_hw", "self_built_idc"),
  ),
  clusterName: body("cluster_name", upTo(255)),
  containerName: body("container_name", upTo(255)),
  podName: body("pod_name", upTo(512)),
  imageName: body("image_name", upTo(255)),
  status: body("status", oneOf("Running", "Waiting", "Terminated", "Isolated", "Paused")),
  risky: body("risky", flag),
  createTimeStart: body("create_time.start_time", whole(0)),
  createTimeEnd: body("create_time.end_time", whole(0)),
  cpuLimit: body("cpu_limit", upTo(64)),
  memoryLimit: body("memory_limit", upTo(64)),
};

/** Of `ExportRisks`. */
export const clusterRiskFields: ParametersOf<ExportClusterRisksInput> = {
  enterpriseProjectId: enterpriseProject,
  riskType: query("risk_type", { ...oneOf("iac_risk"), default: "iac_risk" }),
  exportSize: query("export_size", wholeTable()),
  headers: body("export_headers", required({ ...columns, maxItems: 10_000 })),
  fileIdList: body("iac_items.file_id_list", { ...texts, minItems: 1, maxItems: 200 }),
  fileName: body("iac_items.file_name", upTo(64)),
  fileType: body("iac_items.file_type", oneOf("dockerfile", "k8s_yaml")),
  risky: body("iac_items.risky", flag),
  scanType: body("iac_items.scan_type", oneOf("manual_scan", "cicd_scan")),
};
