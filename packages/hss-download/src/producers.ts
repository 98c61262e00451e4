import type { ContentKind, Operation } from "@cloudhaul/core-http";
import { clusterRiskFields, containerFields } from "./container-fields.ts";
import { antivirusFields, eventFields, eventsInput } from "./event-fields.ts";
import type { ExportInputs, ExportKind } from "./export-kinds.ts";
import {
  assetFields,
  assetsInput,
  baselineFields,
  operationReportFields,
  webTamperFields,
} from "./host-fields.ts";
import {
  imageBaselineFields,
  imageInput,
  imageReportFields,
  imageVulnerabilityFields,
} from "./image-fields.ts";
import type { PollBy } from "./operations.ts";
import type { ParametersOf } from "./parameters.ts";
import {
  handledVulnerabilitiesInput,
  handledVulnerabilityFields,
  vulnerabilityFields,
  vulnerabilityHistoryFields,
} from "./vulnerability-fields.ts";

/** An operation that makes an export task. */
export interface Producer<Input> {
  /** The vendor's name of it, and of its page. */
  readonly name: string;
  /** It is asked by POST. */
  readonly path: string;
  /** The way of asking for its tasks that is tried first. */
  readonly pollBy: PollBy;
  /** What the file is, where a document says so. */
  readonly content?: ContentKind;
  readonly parameters: ParametersOf<Input>;
  /** Checks what no single rule can, and gives what is to be sent. The rules of `parameters` are kept by then. */
  readonly prepare?: (input: Input) => object;
}

/** Everything that can be exported. Operations, and the client's methods, follow from this table. */
export const producers: { readonly [Kind in ExportKind]: Producer<ExportInputs[Kind]> } = {
  vulnerabilities: {
    name: "ExportVuls",
    path: "/v5/{project_id}/vul/export",
    pollBy: "task",
    content: "zip", // by the sample of ListQueryExportTask: hss-vul-vul-zh-xxxxxxxx.zip
    parameters: vulnerabilityFields,
  },
  handledVulnerabilities: {
    name: "ExportHandledVulnerabilities",
    path: "/v5/{project_id}/vulnerability/history/export-task",
    pollBy: "task",
    parameters: handledVulnerabilityFields,
    prepare: handledVulnerabilitiesInput,
  },
  vulnerabilityHistory: {
    name: "ExportVulHandleHistory",
    path: "/v5/{project_id}/vulnerability/handle-history/export-task",
    pollBy: "task",
    parameters: vulnerabilityHistoryFields,
  },
  events: {
    name: "ExportEventRequest",
    path: "/v5/{project_id}/event/export",
    pollBy: "event",
    parameters: eventFields,
    prepare: eventsInput,
  },
  antivirusResults: {
    name: "ExportAntiVirusResult",
    path: "/v5/{project_id}/antivirus/result/export",
    pollBy: "task",
    parameters: antivirusFields,
  },
  baselineReport: {
    name: "ExportBaselineSecurityCheckReport",
    path: "/v5/{project_id}/baseline/export",
    pollBy: "task",
    parameters: baselineFields,
  },
  containers: {
    name: "ExportContainerList",
    path: "/v5/{project_id}/container/export-task",
    pollBy: "task",
    parameters: containerFields,
  },
  clusterRisks: {
    name: "ExportRisks",
    path: "/v5/{project_id}/container/cluster/risk/export-task",
    pollBy: "task",
    parameters: clusterRiskFields,
  },
  imageReport: {
    name: "ExportImageSecurityReportTask",
    path: "/v5/{project_id}/image/security-report/export-tasks",
    pollBy: "task",
    parameters: imageReportFields,
    prepare: imageInput,
  },
  imageBaseline: {
    name: "BatchExportBaselineTask",
    path: "/v5/{project_id}/image/baseline/export",
    pollBy: "task",
    parameters: imageBaselineFields,
    prepare: imageInput,
  },
  imageVulnerabilities: {
    name: "BatchExportLocalVulTask",
    path: "/v5/{project_id}/image/local-vulnerability/export",
    pollBy: "task",
    parameters: imageVulnerabilityFields,
    prepare: imageInput,
  },
  webTamperHosts: {
    name: "ExportWebTamperHost",
    path: "/v5/{project_id}/webtamper/host/export",
    pollBy: "task",
    parameters: webTamperFields,
  },
  assets: {
    name: "DownloadAssetFile",
    path: "/v5/{project_id}/asset/export",
    pollBy: "task",
    parameters: assetFields,
    prepare: assetsInput,
  },
  operationReport: {
    name: "ExportTaskInfo",
    path: "/v5/{project_id}/export-task",
    pollBy: "task",
    parameters: operationReportFields,
  },
};

/** Never repeated: each makes another task. */
export function operationOf(kind: ExportKind): Operation {
  const { name, path, parameters } = producers[kind];
  const source = `https://support.huaweicloud.com/intl/en-us/api-hss2.0/${name}.html`;
  return { name, method: "POST", path, parameters, repeat: "never", source };
}
