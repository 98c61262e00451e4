import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  type CallOptions,
  type CheckedOptions,
  CloudhaulError,
  ConfigurationError,
  checkInput,
  pagesByOffset,
  ServiceError,
  type TaskVerdict,
  type WaitOptions,
  waitForTask,
  waitRules,
} from "@cloudhaul/core-http";
import type {
  Backup,
  BackupIdInput,
  CreateBackupInput,
  CreatedBackup,
  LatestBackupInput,
  ListBackupsInput,
  WaitForBackupInput,
} from "./backup.ts";
import type { Job } from "./job.ts";
import { operations } from "./operations.ts";
import { writePlainTime } from "./plain-time.ts";

const { offset: _, ...filters } = operations.listBackups.parameters;
const rules: CheckedOptions = { ...filters, beginTime: { type: "object" }, endTime: { type: "object" } };

/** Filters of which one is nothing without the other. */
const pairs = [
  ["beginTime", "endTime"],
  ["orderBy", "order"],
] as const;

/** All backups that fit, over all pages. The input is checked at once. */
export function listBackups(
  client: ServiceClient,
  input: ListBackupsInput,
  options?: CallOptions,
): AsyncIterable<Backup> {
  checkInput(rules, input);
  for (const [one, other] of pairs) {
    if ((input[one] === undefined) === (input[other] === undefined)) continue;
    throw new ConfigurationError(one, `${one} and ${other} go together: give both, or neither.`);
  }
  if (input.type === "Incremental" && input.instanceId === undefined) {
    throw new ConfigurationError(
      "instanceId",
      "Incremental backups are listed of one instance only: give instanceId.",
    );
  }
  const { beginTime, endTime, ...asked } = input;
  const times = beginTime &&
    endTime && {
      beginTime: writePlainTime("beginTime", beginTime),
      endTime: writePlainTime("endTime", endTime),
    };
  const schema = async () => (await import("./schemas.ts")).backups;
  return pagesByOffset((offset) =>
    client.call(operations.listBackups, { ...asked, ...times, offset }, schema, options),
  );
}

/** One backup, as its id finds it; `undefined` where the service lists none. */
async function findBackup(
  client: ServiceClient,
  { backupId, instanceId }: BackupIdInput,
  options?: CallOptions,
): Promise<Backup | undefined> {
  for await (const backup of listBackups(client, { backupId, instanceId }, options)) {
    if (backup.backupId === backupId) return backup;
  }
  return undefined;
}

const idRules: CheckedOptions = {
  backupId: { required: true, maxLength: 64 },
  instanceId: { maxLength: 64 },
};

/** See the client. */
export async function getBackup(
  client: ServiceClient,
  input: BackupIdInput,
  options?: CallOptions,
): Promise<Backup> {
  checkInput(idRules, input);
  const backup = await findBackup(client, input, options);
  if (backup) return backup;
  const { name: operation } = operations.listBackups;
  const text = `DDS lists no backup ${input.backupId}. Check the id, the project and the region; with an incremental backup give its instanceId, too.`;
  throw new ServiceError({ status: 200, kind: "not-found", operation, retryable: false }, text);
}

/** See the client. */
export async function createBackup(
  client: ServiceClient,
  input: CreateBackupInput,
  options?: CallOptions,
): Promise<CreatedBackup> {
  const { createBackup: operation } = operations;
  checkInput(operation.parameters, input);
  if (!/^[A-Za-z][A-Za-z0-9_-]{3,63}$/.test(input.name)) {
    const text = "name must be 4 to 64 letters, digits, - and _, and begin with a letter.";
    throw new ConfigurationError("name", text);
  }
  if (/[>!<"&'=]/.test(input.description ?? "")) {
    throw new ConfigurationError("description", "description must hold none of > ! < \" & ' =.");
  }
  return client.call(operation, input, async () => (await import("./schemas.ts")).createdBackup, options);
}

/** What is known of a backup that is being made. */
interface BackupProgress {
  readonly backup: Backup | undefined;
  readonly job: Job | undefined;
}

/** See the client. */
export async function waitForBackup(
  client: ServiceClient,
  input: WaitForBackupInput,
  options: WaitOptions = {},
): Promise<Backup> {
  checkInput({ ...idRules, jobId: { maxLength: 64 } }, input);
  checkInput(waitRules, options);
  const { backupId, jobId } = input;
  const { logger } = client.settings;
  const { backup } = await waitForTask<BackupProgress>(
    {
      taskId: backupId,
      logger,
      ask: async (signal) => {
        const found = await findBackup(client, input, { signal });
        const job = jobId === undefined ? undefined : await findJob(client, jobId, signal);
        return found || job ? { backup: found, job } : undefined;
      },
      judge,
    },
    options,
  );
  return backup as Backup; // or it would not have succeeded
}

function judge({ backup, job }: BackupProgress): TaskVerdict {
  const status = backup?.statusText ?? job?.status ?? "";
  if (backup?.status === "COMPLETED") return { state: "succeeded", status };
  const reason = job?.failReason;
  if (backup?.status === "FAILED") return { state: "failed", status, reason };
  if (backup?.status === "DELETING") return { state: "failed", status, reason: "it is being deleted" };
  if (job?.status?.toLowerCase() === "failed") return { state: "failed", status: job.status, reason };
  return { state: "running", status, progressPercent: job?.progressPercent };
}

/** A help and no more: a job that is too young, too old or not there at all is no reason to end the wait. */
async function findJob(
  client: ServiceClient,
  jobId: string,
  signal: AbortSignal | undefined,
): Promise<Job | undefined> {
  try {
    const schema = async () => (await import("./schemas.ts")).job;
    return await client.call(operations.getJob, { jobId }, schema, { signal, retry: false });
  } catch (error) {
    if (!CloudhaulError.isInstance(error)) throw error;
    client.settings.logger.debug("could not ask for the job of a backup", { jobId, code: error.code });
    return undefined;
  }
}

/** The complete backup that was begun last. All are looked at: in which order they are listed is not documented. */
export async function findLatestBackup(
  client: ServiceClient,
  { instanceId, type }: LatestBackupInput,
  signal: AbortSignal | undefined,
): Promise<Backup> {
  const counts = { COMPLETED: 0, BUILDING: 0, FAILED: 0, DELETING: 0 };
  let latest: Backup | undefined;
  for await (const backup of listBackups(client, { instanceId, type }, { signal })) {
    const isAsked = type === undefined ? backup.type !== "Incremental" : backup.type === type;
    if (!isAsked || !backup.status) continue;
    counts[backup.status]++;
    if (backup.status === "COMPLETED" && (!latest || begunAt(backup) > begunAt(latest))) latest = backup;
  }
  if (latest) return latest;
  const { name: operation } = operations.listBackups;
  const { BUILDING: building, FAILED: failed } = counts;
  const others = building + failed > 0 ? ` ${building} are being made and ${failed} failed.` : "";
  const text = `The instance ${instanceId} has no complete ${type ?? "full"} backup.${others} Make one with createBackup, or check the id, the project and the region.`;
  throw new ServiceError({ status: 200, kind: "not-found", operation, retryable: false }, text);
}

function begunAt({ beginTime }: Backup): number {
  return beginTime?.getTime() ?? Number.NEGATIVE_INFINITY;
}
