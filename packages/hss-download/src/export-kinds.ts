import type { ExportClusterRisksInput, ExportContainersInput } from "./container-inputs.ts";
import type { ExportAntivirusResultsInput, ExportEventsInput } from "./event-inputs.ts";
import type {
  ExportAssetsInput,
  ExportBaselineReportInput,
  ExportOperationReportInput,
  ExportWebTamperHostsInput,
} from "./host-inputs.ts";
import type {
  ExportImageBaselineInput,
  ExportImageReportInput,
  ExportImageVulnerabilitiesInput,
} from "./image-inputs.ts";
import type {
  ExportHandledVulnerabilitiesInput,
  ExportVulnerabilitiesInput,
  ExportVulnerabilityHistoryInput,
} from "./vulnerability-inputs.ts";

/** What each export takes, by what is exported. */
export interface ExportInputs {
  readonly vulnerabilities: ExportVulnerabilitiesInput;
  readonly handledVulnerabilities: ExportHandledVulnerabilitiesInput;
  readonly vulnerabilityHistory: ExportVulnerabilityHistoryInput;
  readonly events: ExportEventsInput;
  readonly antivirusResults: ExportAntivirusResultsInput;
  readonly baselineReport: ExportBaselineReportInput;
  readonly containers: ExportContainersInput;
  readonly clusterRisks: ExportClusterRisksInput;
  readonly imageReport: ExportImageReportInput;
  readonly imageBaseline: ExportImageBaselineInput;
  readonly imageVulnerabilities: ExportImageVulnerabilitiesInput;
  readonly webTamperHosts: ExportWebTamperHostsInput;
  readonly assets: ExportAssetsInput;
  readonly operationReport: ExportOperationReportInput;
}

/** What can be exported. */
export type ExportKind = keyof ExportInputs;

/** What to export, and which of it. */
export type StartExportInput = {
  [Kind in ExportKind]: ExportInputs[Kind] & {
    /** What to export. */
    readonly kind: Kind;
  };
}[ExportKind];
