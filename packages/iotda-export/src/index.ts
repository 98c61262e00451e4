// Every line here is public API.
export { createIotdaExportClient, type IotdaExportClient } from "./client.ts";
export { errorKinds as iotdaErrorKinds } from "./error-kinds.ts";
export type { DownloadExportFileInput, IotdaExportClientOptions } from "./options.ts";
