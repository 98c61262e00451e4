// Every line here is public API.
export { createMetastudioIesClient, type MetastudioIesClient } from "./client.ts";
export { errorKinds as metastudioErrorKinds } from "./error-kinds.ts";
export type { DownloadResultFileInput, MetastudioIesClientOptions } from "./options.ts";
