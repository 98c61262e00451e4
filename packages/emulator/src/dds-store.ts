import { randomUUID } from "node:crypto";
import type { Content } from "./content.ts";
import { createInstance, type DdsInstance, groupsOf } from "./dds-instances.ts";
import { lz4TarContent } from "./lz4-tar-content.ts";
import type { ObsStore } from "./obs.ts";
import { type RunningTask, startTask } from "./running-task.ts";
import { createTaskPlans, type TaskPlan, type TaskPlans } from "./task-plan.ts";

/** One file of a backup: a cluster has one for its config servers and one for each shard. */
export interface DdsBackupFile {
  readonly name: string;
  readonly content: Content;
  readonly groupId?: string | undefined;
  readonly groupName?: string | undefined;
}

/** A backup. */
export interface DdsBackup {
  readonly instanceId: string;
  readonly backupId: string;
  readonly files: readonly DdsBackupFile[];
  readonly name: string;
  readonly description: string;
  /** Default `Manual`. */
  readonly type: "Auto" | "Manual" | "Incremental";
  /** Default `Physical`, of a single node `Logical`. */
  readonly method: "Physical" | "Logical" | "Snapshot" | "Incremental";
  readonly status: "BUILDING" | "COMPLETED" | "FAILED" | "DELETING";
  readonly beginTime: Date;
  /** When it will have ended, or did. */
  readonly endTime: Date;
}

/** A job of DDS. */
export interface DdsJob extends RunningTask {
  readonly jobId: string;
  /** A backup is made by what DDS names so, though it is none by snapshot. */
  readonly name: "MongodbSnapshotBackup" | "DeleteBackup";
  readonly instanceId: string;
}

/** An export of logs, which a client asks for again until it has ended. */
export interface DdsLogExport {
  readonly task: RunningTask;
  /** Whether a client was told that it failed. */
  readonly hasFailed: boolean;
}

/** What to add to the store. */
export type DdsBackupToAdd = Partial<Omit<DdsBackup, "files" | "status">> & {
  readonly files: readonly DdsBackupFile[];
  /** Default `COMPLETED`. */
  readonly status?: "COMPLETED" | "FAILED" | undefined;
  /** Of its objects. Default: now, by the emulator's clock. */
  readonly lastModified?: Date | undefined;
};

/** The instances and backups of the Document Database Service. The files of backups lie in OBS. */
export interface DdsStore {
  /** How the backups, deletions and exports of logs that start from now on are to go. */
  readonly tasks: TaskPlans;
  /** Adds an instance, or replaces it. */
  addInstance(instance?: Partial<DdsInstance>): Pick<DdsInstance, "instanceId">;
  readonly instances: ReadonlyMap<string, DdsInstance>;
  /** Adds a backup, and its instance where there is none. Both ids are made up unless given. */
  addBackup(backup: DdsBackupToAdd): Pick<DdsBackup, "instanceId" | "backupId">;
  /** Those that are complete, by backup id. */
  readonly backups: ReadonlyMap<string, DdsBackup>;
  /** Every backup, complete or not, in the order they were begun. */
  listBackups(): readonly DdsBackup[];
  /** The files of the next backup that a client has made. Default: one, of a cluster one for each shard and for config. */
  planFiles(files: readonly DdsBackupFile[]): void;
  /** Begins a backup, as a client does. */
  startBackup(about: Pick<DdsBackup, "instanceId" | "name" | "description">): {
    readonly jobId: string;
    readonly backupId: string;
  };
  /** Begins to delete a backup, as a client does. */
  startDeletion(backup: DdsBackup): { readonly jobId: string };
  readonly jobs: ReadonlyMap<string, DdsJob>;
  /** By what was asked for. */
  readonly logExports: Map<string, DdsLogExport>;
  /** Whether backups may be downloaded from the Internet. Default `open`. */
  readonly downloadPolicy: { readonly id: string; readonly action: "open" | "close" };
  /** Opens the downloads, or closes them. */
  setDownloadPolicy(action: "open" | "close"): void;
}

/** The bucket that backups lie in; it belongs to the service, not to the user. */
export const backupBucket = "ddsbucket.cloudhaul";

interface KeptBackup extends Omit<DdsBackup, "status"> {
  readonly building: RunningTask | undefined;
  deleting: RunningTask | undefined;
  readonly failed: boolean;
  isStored: boolean;
}

/** An empty store. */
export function createDdsStore(obs: ObsStore, now: () => Date): DdsStore {
  const [instances, jobs, kept] = [
    new Map<string, DdsInstance>(),
    new Map<string, DdsJob>(),
    new Map<string, KeptBackup>(),
  ];
  const tasks = createTaskPlans();
  let [planned, action]: [readonly DdsBackupFile[] | undefined, "open" | "close"] = [undefined, "open"];
  const policyId = `${newId()}br02`;
  const storeFiles = ({ backupId, files }: KeptBackup, lastModified: Date): void => {
    const options = { lastModified, isReadable: () => action === "open" };
    for (const { name, content } of files) obs.put(backupBucket, objectKey(backupId, name), content, options);
  };
  /** Does what the clock has brought about since: stores the files of new backups, and removes deleted ones. */
  const settle = (): void => {
    for (const backup of kept.values()) {
      if (statusOf(backup) === "COMPLETED" && !backup.isStored) {
        storeFiles(backup, backup.endTime);
        backup.isStored = true;
      }
      if (backup.deleting?.phase() !== "succeeded") continue;
      kept.delete(backup.backupId);
      for (const { name } of backup.files) obs.remove(backupBucket, objectKey(backup.backupId, name));
    }
  };
  const startJob = (name: DdsJob["name"], instanceId: string, plan: TaskPlan): DdsJob => {
    const job = { ...startTask(plan, now), jobId: randomUUID(), name, instanceId };
    jobs.set(job.jobId, job);
    return job;
  };
  const listBackups = (): readonly DdsBackup[] => {
    settle();
    return [...kept.values()].map((backup) => ({ ...backup, status: statusOf(backup) }));
  };
  const addInstance = (given: Partial<DdsInstance> = {}): DdsInstance => {
    const instance = createInstance(given, now());
    instances.set(instance.instanceId, instance);
    return instance;
  };
  return {
    ...{ tasks, instances, jobs, listBackups, addInstance, logExports: new Map() },
    addBackup({ files, lastModified = now(), status = "COMPLETED", ...given }) {
      const { instanceId = `${newId()}in02`, backupId = `${newId()}br02` } = given;
      if (!instances.has(instanceId))
        addInstance({ instanceId, mode: files.length > 1 ? "Sharding" : "ReplicaSet" });
      const about = {
        name: `backup-${backupId}`,
        description: "",
        type: "Manual",
        method: methodOf(instances.get(instanceId)),
      } as const;
      const times = { beginTime: given.beginTime ?? now(), endTime: given.endTime ?? now() };
      const states = {
        building: undefined,
        deleting: undefined,
        failed: status === "FAILED",
        isStored: true,
      };
      const backup = { ...about, ...given, ...times, ...states, instanceId, backupId, files };
      kept.set(backupId, backup);
      if (!backup.failed) storeFiles(backup, lastModified);
      return { instanceId, backupId };
    },
    get backups() {
      const complete = listBackups().filter(({ status }) => status === "COMPLETED");
      return new Map(complete.map((backup) => [backup.backupId, backup]));
    },
    planFiles(files) {
      planned = files;
    },
    startBackup({ instanceId, name, description }) {
      const job = startJob("MongodbSnapshotBackup", instanceId, tasks.take());
      const files = planned ?? usualFiles(name, job.plan, instances.get(instanceId));
      planned = undefined;
      const backupId = `${newId()}br02`;
      const times = { beginTime: job.startedAt, endTime: job.endsAt };
      const states = { building: job, deleting: undefined, failed: false, isStored: false };
      const method = methodOf(instances.get(instanceId));
      const about = { type: "Manual", method, name, description } as const;
      kept.set(backupId, { ...about, ...times, ...states, instanceId, backupId, files });
      return { jobId: job.jobId, backupId };
    },
    startDeletion({ backupId, instanceId }) {
      const job = startJob("DeleteBackup", instanceId, tasks.take());
      const backup = kept.get(backupId);
      if (backup) backup.deleting = job;
      return { jobId: job.jobId };
    },
    get downloadPolicy() {
      return { id: policyId, action };
    },
    setDownloadPolicy(changed) {
      action = changed;
    },
  };
}

function methodOf(instance: DdsInstance | undefined): DdsBackup["method"] {
  return instance?.mode === "Single" ? "Logical" : "Physical";
}

/** Where a file of a backup lies in the bucket. */
export function objectKey(backupId: string, name: string): string {
  return `${backupId}/${name}`;
}

function newId(): string {
  return randomUUID().replaceAll("-", "");
}

function statusOf({ building, deleting, failed }: KeptBackup): DdsBackup["status"] {
  if (deleting && deleting.phase() !== "failed") return "DELETING";
  if (building?.phase() === "running") return "BUILDING";
  return failed || building?.phase() === "failed" ? "FAILED" : "COMPLETED";
}

/** Config servers and shards are backed up apart. */
function usualFiles(
  backupName: string,
  { content }: TaskPlan,
  instance: DdsInstance | undefined,
): readonly DdsBackupFile[] {
  const groups = (instance ? groupsOf(instance) : []).filter(({ type }) => type !== "mongos");
  return groups.map(({ id, name, type }) => {
    const isPart = type === "shard" || type === "config";
    return {
      name: isPart ? `${backupName}_${name}.tar.gz` : `${backupName}.tar.gz`,
      content: content ?? lz4TarContent({ seed: `${backupName}/${name}`, bytes: 65_536, entries: 1 }),
      ...(isPart ? { groupId: id, groupName: name } : {}),
    };
  });
}
