// Every line here is public API.
export type {
  Backup,
  BackupIdInput,
  BackupStatus,
  BackupType,
  CreateBackupInput,
  CreatedBackup,
  DeletedBackup,
  DownloadPolicy,
  LatestBackupInput,
  ListBackupsInput,
  WaitForBackupInput,
} from "./backup.ts";
export { createDdsBackupClient, type DdsBackupClient } from "./client.ts";
export { errorKinds as ddsErrorKinds } from "./error-kinds.ts";
export type {
  DdsInstance,
  InstanceGroup,
  InstanceMode,
  InstanceNode,
  ListInstancesInput,
} from "./instance.ts";
export type { LogFile, LogsInput, LogsOptions } from "./log-file.ts";
export type { BackupDownloadLinks, BackupFileLink, BackupInput, DdsBackupClientOptions } from "./options.ts";
export { type BackupCheck, type VerifyBackupOptions, verifyBackup } from "./verify-backup.ts";
