// Every line here is public API.
export { createIotdaExportClient, type IotdaExportClient } from "./client.ts";
export { errorKinds as iotdaErrorKinds } from "./error-kinds.ts";
export type {
  BatchTaskInput,
  DownloadExportFileInput,
  ExportBatchTaskInput,
  ExportOptions,
  ExportTaskInput,
  InstanceInput,
  IotdaExportClientOptions,
  ListBatchTasksInput,
  ListExportTasksInput,
} from "./options.ts";
export type { BatchTask, ExportTask } from "./tasks.ts";
