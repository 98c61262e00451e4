// Every line here is public API.
export { createHssDownloadClient, type HssDownloadClient } from "./client.ts";
export type { ExportClusterRisksInput, ExportContainersInput } from "./container-inputs.ts";
export { errorKinds as hssErrorKinds } from "./error-kinds.ts";
export type { EventSeverity, ExportAntivirusResultsInput, ExportEventsInput } from "./event-inputs.ts";
export type { ExportHeader, ExportInput, RequiredHeaders } from "./export-input.ts";
export type { ExportInputs, ExportKind, StartExportInput } from "./export-kinds.ts";
export type { HssExports } from "./export-methods.ts";
export type {
  ExportAssetsInput,
  ExportBaselineReportInput,
  ExportOperationReportInput,
  ExportWebTamperHostsInput,
} from "./host-inputs.ts";
export type {
  ExportImageBaselineInput,
  ExportImageReportInput,
  ExportImageVulnerabilitiesInput,
  ImageScanStatus,
  ImageSelection,
  ImageType,
  RegistryImageSelection,
} from "./image-inputs.ts";
export type { PollBy } from "./operations.ts";
export type {
  DownloadExportedFileInput,
  ExportOptions,
  ExportTask,
  ExportTaskInput,
  FinishedExportTask,
  HssDownloadClientOptions,
  OperationReport,
  StartedExport,
} from "./options.ts";
export type {
  AssetValue,
  ExportHandledVulnerabilitiesInput,
  ExportVulnerabilitiesInput,
  ExportVulnerabilityHistoryInput,
  HandleStatus,
  RepairPriority,
  VulnerabilityStatus,
  VulnerabilityType,
} from "./vulnerability-inputs.ts";
