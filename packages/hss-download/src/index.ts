// Every line here is public API.
export { createHssDownloadClient, type HssDownloadClient } from "./client.ts";
export { errorKinds as hssErrorKinds } from "./error-kinds.ts";
export type { DownloadExportedFileInput, HssDownloadClientOptions } from "./options.ts";
