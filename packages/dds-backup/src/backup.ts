import type { InstanceMode } from "./instance.ts";

/** `Auto` and `Manual` are full backups; `Incremental` ones hold what changed. */
export type BackupType = "Auto" | "Manual" | "Incremental";

/** `DELETING` is `DISABLED` in some documents. */
export type BackupStatus = "BUILDING" | "COMPLETED" | "FAILED" | "DELETING";

/** Which backups to list. Default: all full backups of the project. */
export interface ListBackupsInput {
  /** `instance_id`. */
  readonly instanceId?: string | undefined;
  /** `backup_id`. Of an incremental backup only together with its `instanceId`. */
  readonly backupId?: string | undefined;
  /** `backup_type`. `Incremental` only together with `instanceId`. Default: all that are full. */
  readonly type?: BackupType | undefined;
  /** `begin_time`: those that began at this time or later; in whole seconds. Together with `endTime`. */
  readonly beginTime?: Date | undefined;
  /** `end_time`: later than `beginTime`, and together with it. */
  readonly endTime?: Date | undefined;
  /** `mode` of the instance. */
  readonly mode?: InstanceMode | undefined;
  /** `backup_status`. */
  readonly status?: "COMPLETED" | "BUILDING" | "FAILED" | undefined;
  /** `backup_name`. */
  readonly name?: string | undefined;
  /** `backup_description`. */
  readonly description?: string | undefined;
  /** `instance_name`. */
  readonly instanceName?: string | undefined;
  /** `order_field`, together with `order`. Default: the service's own order, which is not documented. */
  readonly orderBy?: "name" | "instanceName" | "type" | "datastoreType" | "beginTime" | "status" | undefined;
  /** `order_rule`, together with `orderBy`. */
  readonly order?: "asc" | "desc" | undefined;
  /** `limit`: how many backups to ask for in one request, at most 100. All are listed whatever it is. Default 100. */
  readonly pageSize?: number | undefined;
}

/** A backup as the service lists it. What it leaves out, or says in an unknown way, is `undefined`. */
export interface Backup {
  /** `id`. */
  readonly backupId: string;
  readonly name: string;
  readonly description: string | undefined;
  /** `instance_id`. */
  readonly instanceId: string | undefined;
  /** `instance_name`. */
  readonly instanceName: string | undefined;
  /** `instance_mode`, in the service's own words. */
  readonly instanceMode: string | undefined;
  /** `datastore.type`. */
  readonly datastoreType: string | undefined;
  /** `datastore.version`. */
  readonly datastoreVersion: string | undefined;
  /** `type`, whatever its case; `undefined` for one that is not documented. */
  readonly type: BackupType | undefined;
  /** `type` as the service wrote it. */
  readonly typeText: string | undefined;
  /** `status`, whatever its case and spelling; `undefined` for one that is not documented. */
  readonly status: BackupStatus | undefined;
  /** `status` as the service wrote it. */
  readonly statusText: string | undefined;
  /** `begin_time`. */
  readonly beginTime: Date | undefined;
  /** `end_time`; `undefined` while it is being made. */
  readonly endTime: Date | undefined;
  /** `size`, in KB as the service gives it, of which it is not documented whether that is 1,000 or 1,024 bytes. */
  readonly sizeKb: number | undefined;
  /** `backup_method`: `Physical`, `Logical`, `Snapshot` or `Incremental`. Whether snapshots can be downloaded is not documented. */
  readonly method: string | undefined;
}

/** A backup to make. */
export interface CreateBackupInput {
  /** `backup.instance_id`. */
  readonly instanceId: string;
  /** `backup.name`: 4 to 64 letters, digits, `-` and `_`, a letter first. No other backup of the project may have it. */
  readonly name: string;
  /** `backup.description`: at most 256 characters, none of them `>!<"&'=`. */
  readonly description?: string | undefined;
}

/** A backup that is being made. */
export interface CreatedBackup {
  /** `backup_id`. */
  readonly backupId: string;
  /** `job_id`; some regions give none. */
  readonly jobId: string | undefined;
}

/** Which backup. */
export interface BackupIdInput {
  /** `backup_id`. */
  readonly backupId: string;
  /** `instance_id`. Needed for an incremental backup. */
  readonly instanceId?: string | undefined;
}

/** Which backup to wait for. */
export interface WaitForBackupInput extends BackupIdInput {
  /** `job_id`: tells how far the backup is, and why it failed. One that the service does not know does no harm. */
  readonly jobId?: string | undefined;
}

/** A deletion that is under way. */
export interface DeletedBackup {
  /** `job_id` of the deletion. */
  readonly jobId: string | undefined;
}

/** Of which instance the newest backup is wanted. */
export interface LatestBackupInput {
  /** `instance_id`. */
  readonly instanceId: string;
  /** `backup_type`. Default: any that is full. */
  readonly type?: BackupType | undefined;
  /** `X-Language`: the language of the service's messages. Default: not sent. */
  readonly language?: "en-us" | "zh-cn" | undefined;
}

/** Whether backups may be downloaded from the Internet, for the whole project. */
export interface DownloadPolicy {
  /** `action`, whatever its case: `close` means that no backup can be downloaded from the Internet. */
  readonly action: "open" | "close" | undefined;
  /** `action` as the service wrote it. */
  readonly actionText: string | undefined;
  /** `id` of the policy. */
  readonly policyId: string | undefined;
}
