import type { AnswerSchema } from "@cloudhaul/core-http";
import { z } from "zod";
import type {
  Backup,
  BackupStatus,
  BackupType,
  CreatedBackup,
  DeletedBackup,
  DownloadPolicy,
} from "./backup.ts";
import type { DdsInstance } from "./instance.ts";
import type { Job } from "./job.ts";
import { linkExpiryTime } from "./link-expiry-time.ts";
import type { LogFile } from "./log-file.ts";
import type { BackupDownloadLinks } from "./options.ts";
import { readPlainTime } from "./plain-time.ts";

/** One page of a list. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number | undefined;
}

/** A text, `undefined` where the service sends `null`, nothing, or an empty one. */
const text = z
  .string()
  .nullish()
  .transform((value) => value || undefined);

/** DDS writes sizes as numbers here and as texts there. Nothing hangs on them: a download must not fail for one. */
const amount = z
  .unknown()
  .optional()
  .transform((value) => {
    const digits = /^(\d+(?:\.\d+)?)%?$/.exec(String(value))?.[1];
    return digits === undefined ? undefined : Number(digits);
  });

const datastore = z.looseObject({ type: text, version: text }).nullish();

const node = z
  .looseObject({ id: z.string(), name: text, role: z.string().nullish(), status: text })
  .transform(({ id, name, role, status }) => ({ nodeId: id, name, role: role ?? undefined, status }));

const group = z
  .looseObject({ type: text, id: text, name: text, nodes: z.array(node).nullish() })
  .transform(({ type, id, name, nodes }) => ({ type, groupId: id, name, nodes: nodes ?? [] }));

const instance = z
  .looseObject({
    id: z.string().min(1),
    name: z.string(),
    status: text,
    mode: text,
    datastore,
    backup_strategy: z.looseObject({ keep_days: amount }).nullish(),
    groups: z.array(group).nullish(),
  })
  .transform(({ id, name, status, mode, datastore: store, backup_strategy, groups }) => ({
    ...{ instanceId: id, name, status, mode },
    datastoreType: store?.type,
    datastoreVersion: store?.version,
    keepDays: backup_strategy?.keep_days,
    groups: groups ?? [],
  }));

/** The answer of `ListInstances`. */
export const instances: AnswerSchema<Page<DdsInstance>> = z
  .looseObject({ instances: z.array(instance), total_count: amount })
  .transform(({ instances: items, total_count: total }) => ({ items, total }));

const types: Readonly<Record<string, BackupType>> = {
  auto: "Auto",
  manual: "Manual",
  incremental: "Incremental",
};

/** `DISABLED` in the documents and `DELETING` in the official SDKs: it is being deleted. */
const statuses: Readonly<Record<string, BackupStatus>> = {
  building: "BUILDING",
  completed: "COMPLETED",
  failed: "FAILED",
  disabled: "DELETING",
  deleting: "DELETING",
};

const backup = z
  .looseObject({
    id: z.string().min(1),
    name: z.string(),
    description: text,
    instance_id: text,
    instance_name: text,
    instance_mode: text,
    datastore,
    type: text,
    status: text,
    begin_time: text,
    end_time: text,
    size: amount,
    backup_method: text,
  })
  .transform(({ datastore: store, ...fields }) => ({
    backupId: fields.id,
    name: fields.name,
    description: fields.description,
    instanceId: fields.instance_id,
    instanceName: fields.instance_name,
    instanceMode: fields.instance_mode,
    datastoreType: store?.type,
    datastoreVersion: store?.version,
    type: types[fields.type?.toLowerCase() ?? ""],
    typeText: fields.type,
    status: statuses[fields.status?.toLowerCase() ?? ""],
    statusText: fields.status,
    beginTime: readPlainTime(fields.begin_time),
    endTime: readPlainTime(fields.end_time),
    sizeKb: fields.size,
    method: fields.backup_method,
  }));

/** The answer of `ListBackups`. */
export const backups: AnswerSchema<Page<Backup>> = z
  .looseObject({ backups: z.array(backup), total_count: amount })
  .transform(({ backups: items, total_count: total }) => ({ items, total }));

/** The answer of `CreateManualBackup`. */
export const createdBackup: AnswerSchema<CreatedBackup> = z
  .looseObject({ backup_id: z.string().min(1), job_id: text })
  .transform(({ backup_id: backupId, job_id: jobId }) => ({ backupId, jobId }));

/** The answer of `DeleteManualBackup`. */
export const deletedBackup: AnswerSchema<DeletedBackup> = z
  .looseObject({ job_id: text })
  .transform(({ job_id: jobId }) => ({ jobId }));

/** The answer of `ShowJobDetail`: a job that is too young may be `null`. */
export const job: AnswerSchema<Job | undefined> = z
  .looseObject({ job: z.looseObject({ status: text, progress: amount, fail_reason: text }).nullish() })
  .transform(({ job: found }) =>
    found
      ? { status: found.status, progressPercent: found.progress, failReason: found.fail_reason }
      : undefined,
  );

/** The answer of `ListBackupDownloadPolicy`. */
export const downloadPolicy: AnswerSchema<DownloadPolicy> = z
  .looseObject({ id: text, action: text })
  .transform(({ id, action }) => {
    const known = (["open", "close"] as const).find((word) => word === action?.toLowerCase());
    return { action: known, actionText: action, policyId: id };
  });

const linkedFile = z
  .looseObject({
    name: z.string().min(1),
    size: amount,
    download_link: z.string().min(1),
    link_expired_time: z.string().nullish(),
    group_id: z.string().nullish(),
    group_name: z.string().nullish(),
  })
  .transform(({ name, size, download_link: link, link_expired_time: time, group_id, group_name }) => ({
    name,
    sizeKb: size,
    link,
    expiresAt: linkExpiryTime(link, time ?? undefined),
    expiresAtText: time ?? undefined,
    groupId: group_id ?? undefined,
    groupName: group_name ?? undefined,
  }));

/** The answer of `ShowBackupDownloadLink`. */
export const backupDownloadLinks: AnswerSchema<BackupDownloadLinks> = z
  .looseObject({ files: z.array(linkedFile), bucket: z.string().nullish() })
  .transform(({ files, bucket }) => ({ files, bucket: bucket ?? undefined }));

/** What `DownloadErrorlog` and `DownloadSlowlog` say of the files that they make. */
export interface LogFiles {
  readonly status: string | undefined;
  readonly files: readonly LogFile[];
}

const logFile = z
  .looseObject({
    file_name: z.string().min(1),
    node_name: text,
    status: text,
    file_size: amount,
    file_link: text,
    update_at: amount,
  })
  .transform((fields) => ({
    name: fields.file_name,
    nodeName: fields.node_name,
    status: fields.status,
    sizeKb: fields.file_size,
    link: fields.file_link,
    expiresAt: fields.file_link ? linkExpiryTime(fields.file_link, undefined) : undefined,
    updatedAt: fields.update_at === undefined ? undefined : new Date(fields.update_at),
  }));

/** Their answer. */
export const logFiles: AnswerSchema<LogFiles> = z
  .looseObject({ list: z.array(logFile).nullish(), status: text })
  .transform(({ list, status }) => ({ status, files: list ?? [] }));
