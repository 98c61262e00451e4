// Every line here is public API.
export { createDdsBackupClient, type DdsBackupClient } from "./client.ts";
export { errorKinds as ddsErrorKinds } from "./error-kinds.ts";
export type { BackupDownloadLinks, BackupFileLink, BackupInput, DdsBackupClientOptions } from "./options.ts";
