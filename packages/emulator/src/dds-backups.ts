import { jsonAnswer } from "./answers.ts";
import type { DdsInstance } from "./dds-instances.ts";
import { badParameter, refusal } from "./dds-refusal.ts";
import { backupBucket, type DdsBackup, objectKey } from "./dds-store.ts";
import { offsetTime, plainTime, readPlainTime } from "./dds-time.ts";
import { pageOf } from "./paging.ts";
import {
  choice,
  type Fields,
  faultOf,
  queryValues,
  required,
  text,
  type Values,
  whole,
} from "./request-fields.ts";
import { asObject, jsonObject } from "./request-json.ts";
import type { RouteContext } from "./route.ts";
import type { DdsVariants } from "./variants.ts";

/** Both cases of the type: the documents and the vendor's SDKs disagree. */
const types = ["Auto", "Manual", "Incremental", "auto", "manual", "incremental"];

const filters: Fields = {
  instance_id: text(),
  backup_id: text(),
  backup_type: choice(...types),
  begin_time: text(),
  end_time: text(),
  mode: choice("Sharding", "ReplicaSet", "Single"),
  order_field: choice("name", "instanceName", "type", "datastoreType", "beginTime", "status"),
  order_rule: choice("asc", "desc"),
  backup_status: choice("COMPLETED", "BUILDING", "FAILED"),
  backup_name: text(),
  backup_description: text(),
  instance_name: text(),
  offset: whole(0),
  limit: whole(1, 100),
};

/** Parameters of which one is nothing without the other. */
const pairs = [
  ["begin_time", "end_time"],
  ["order_field", "order_rule"],
] as const;

function filterFault(asked: Values): string | undefined {
  for (const [one, other] of pairs) {
    if ((asked[one] === undefined) !== (asked[other] === undefined)) return `${one} and ${other} go together`;
  }
  const [begin, end] = [asked.begin_time, asked.end_time].map((time) => readPlainTime(String(time)));
  if (asked.begin_time !== undefined && !(begin && end && begin <= end))
    return "begin_time and end_time are yyyy-mm-dd hh:mm:ss, the earlier first";
  if (isIncremental(asked.backup_type) && asked.instance_id === undefined)
    return "instance_id is required with incremental backups";
  return faultOf(filters, asked);
}

function isIncremental(type: unknown): boolean {
  return String(type).toLowerCase() === "incremental";
}

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0029.html */
export function listBackups(_: Request, context: RouteContext): Response {
  const { state } = context;
  const asked = queryValues(filters, context.query);
  const fault = filterFault(asked);
  if (fault) return badParameter(fault);
  const found = state.store.dds
    .listBackups()
    .filter((backup) => isAsked(backup, state.store.dds.instances.get(backup.instanceId), asked))
    .sort((one, other) => one.beginTime.getTime() - other.beginTime.getTime())
    .map((backup) => backupAnswer(backup, context));
  if (state.variants.dds.backupOrder === "newest-first") found.reverse();
  const keyOf = orders[String(asked.order_field)];
  if (keyOf) found.sort((one, other) => compare(keyOf(one), keyOf(other)));
  if (keyOf && asked.order_rule === "desc") found.reverse();
  return jsonAnswer(200, { backups: pageOf(found, asked, 100), total_count: found.length });
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function isAsked(backup: DdsBackup, instance: DdsInstance | undefined, asked: Values): boolean {
  const is = (name: string, value: unknown): boolean => (asked[name] ?? value) === value;
  const has = (name: string, value = ""): boolean => value.includes(String(asked[name] ?? ""));
  const [begin, end] = [asked.begin_time, asked.end_time].map((time) => readPlainTime(String(time)));
  return (
    is("instance_id", backup.instanceId) &&
    is("backup_id", backup.backupId) &&
    is("mode", instance?.mode) &&
    is("backup_status", backup.status) &&
    has("backup_name", backup.name) &&
    has("backup_description", backup.description) &&
    has("instance_name", instance?.name) &&
    isOfType(backup, asked) &&
    (!begin || !end || (backup.beginTime >= begin && backup.beginTime <= end))
  );
}

/** Incremental backups are listed for one instance alone, and by their type or id alone. */
function isOfType({ type }: DdsBackup, { backup_type, backup_id, instance_id }: Values): boolean {
  if (backup_type !== undefined) return String(backup_type).toLowerCase() === type.toLowerCase();
  return !isIncremental(type) || (backup_id !== undefined && instance_id !== undefined);
}

type BackupAnswer = ReturnType<typeof backupAnswer>;

const orders: Readonly<Record<string, (backup: BackupAnswer) => string>> = {
  name: ({ name }) => name,
  instanceName: ({ instance_name }) => instance_name,
  type: ({ type }) => type,
  datastoreType: ({ datastore }) => datastore.type,
  beginTime: ({ begin_time }) => begin_time,
  status: ({ status }) => status,
};

function backupAnswer(backup: DdsBackup, { state }: RouteContext) {
  const { backupType, deletingStatus } = state.variants.dds;
  const instance = state.store.dds.instances.get(backup.instanceId);
  const { status, type } = backup;
  const hasEnded = status !== "BUILDING";
  return {
    id: backup.backupId,
    name: backup.name,
    instance_id: backup.instanceId,
    instance_name: instance?.name ?? "",
    datastore: { type: instance?.datastoreType ?? "DDS-Community", version: instance?.version ?? "" },
    type: backupType === "docs" ? type : type.toLowerCase(),
    begin_time: plainTime(backup.beginTime),
    end_time: hasEnded ? plainTime(backup.endTime) : "",
    status: status === "DELETING" ? deletingStatus : status,
    size:
      status === "COMPLETED" ? backup.files.reduce((sum, file) => sum + kilobytes(file.content.bytes), 0) : 0,
    description: backup.description,
    instance_status: instance?.status ?? "",
    instance_mode: instance?.mode ?? "",
    is_instance_restoring: false,
    backup_method: backup.method,
    kms_enable: false,
    deletable: type === "Manual" && hasEnded,
  };
}

/** Rounded up, which no document says. */
export function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1024);
}

const backupFields: Fields = {
  instance_id: required(text()),
  name: required(text()),
  description: { is: "text", max: 256 },
};

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0027.html */
export async function createManualBackup(_: Request, context: RouteContext): Promise<Response> {
  const { dds } = context.state.store;
  const given = asObject((await jsonObject(context))?.backup);
  if (!given) return badParameter("backup is required");
  const fault = faultOf(backupFields, given);
  if (fault) return badParameter(fault);
  const [instanceId, name] = [String(given.instance_id), String(given.name)];
  const description = String(given.description ?? "");
  if (!/^[A-Za-z][A-Za-z0-9_-]{3,63}$/.test(name)) return refusal("DBS.280277");
  if (/[>!<"&'=]/.test(description)) return badParameter("description is invalid");
  const instance = dds.instances.get(instanceId);
  if (!instance) return refusal("DBS.200002");
  const backups = dds.listBackups();
  if (backups.some((backup) => backup.name === name)) return refusal("DBS.201201");
  const busy = backups.some((backup) => backup.instanceId === instanceId && backup.status === "BUILDING");
  if (busy || instance.status !== "normal") return refusal("DBS.200019");
  const { jobId, backupId } = dds.startBackup({ instanceId, name, description });
  return jsonAnswer(202, { job_id: jobId, backup_id: backupId });
}

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0028.html */
export function deleteManualBackup(_: Request, { state, params }: RouteContext): Response {
  const backup = state.store.dds.listBackups().find(({ backupId }) => backupId === params.backup_id);
  if (!backup) return refusal("DBS.201214");
  if (backup.type !== "Manual") return refusal("DBS.280124");
  if (backup.status === "BUILDING" || backup.status === "DELETING") return refusal("DBS.201204");
  return jsonAnswer(202, { job_id: state.store.dds.startDeletion(backup).jobId });
}

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0059.html */
export function getDownloadLinks(_: Request, { state, query }: RouteContext): Response {
  const [instanceId, backupId] = [query.get("instance_id"), query.get("backup_id")];
  if (!instanceId || !backupId) return badParameter("instance_id and backup_id are required");
  const { dds, obs } = state.store;
  const { closedPolicy, partialLinks, linkExpiredTime } = state.variants.dds;
  if (!dds.instances.has(instanceId)) return refusal("DBS.200002");
  const backup = dds.listBackups().find((one) => one.backupId === backupId);
  if (backup?.instanceId !== instanceId) return refusal("DBS.201214");
  if (backup.status === "BUILDING") return refusal("DBS.201202");
  if (backup.status === "DELETING") return refusal("DBS.201204");
  const isPartial = backup.method === "Snapshot" || isIncremental(backup.type);
  if (backup.status === "FAILED" || (isPartial && partialLinks === "refused")) return refusal("DBS.280124");
  if (dds.downloadPolicy.action === "close" && closedPolicy === "refused") return refusal("DBS.280032");
  const expiresAt = new Date(state.now().getTime() + state.linkLifeSeconds * 1000);
  const files = backup.files.map((file) => ({
    name: file.name,
    size: kilobytes(file.content.bytes),
    download_link: obs.link(backupBucket, objectKey(backupId, file.name)),
    link_expired_time: times[linkExpiredTime](expiresAt),
    group_id: file.groupId,
    group_name: file.groupName,
  }));
  return jsonAnswer(200, { files, bucket: backupBucket });
}

/** `malformed` is the vendor's own sample: `2018-08-016T10:15:14+0000`. */
const times: Readonly<Record<DdsVariants["linkExpiredTime"], (date: Date) => string>> = {
  offset: offsetTime,
  malformed: (date) => offsetTime(date).replace(/-(\d\d)T/, "-0$1T"),
};
