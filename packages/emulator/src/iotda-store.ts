import { randomBytes } from "node:crypto";
import { type FileToStore, type StoredFile, storedFile } from "./file-answer.ts";
import {
  type BatchTaskToStore,
  createBatchTask,
  createIds,
  type IotdaBatchTask,
} from "./iotda-batch-tasks.ts";
import { createTaskPlans, type TaskPlan, type TaskPlans } from "./task-plan.ts";
import type { IotdaVariants } from "./variants.ts";
import { zipContent } from "./zip-content.ts";

/** What an export task exports. Two with the same conditions have one file. */
export interface IotdaConditions {
  /** The batch task whose subtasks are exported. */
  readonly batchTaskId: string;
  readonly appType: "GLOBAL" | "APP";
  readonly appId?: string | undefined;
}

/** Conditions of which the rest is made up. */
export type IotdaSomeConditions = {
  readonly [Name in keyof IotdaConditions]?: IotdaConditions[Name] | undefined;
};

/** An export task, as far as it has come. */
export interface IotdaExportTask extends IotdaConditions {
  readonly exportTaskId: string;
  readonly status: "Processing" | "Success" | "Failed";
  /** In percent, from 1. */
  readonly progress: number;
  readonly createTime: Date;
  /** Of a task that has ended. */
  readonly endTime?: Date | undefined;
}

/** The export tasks and batch tasks of IoT Device Access. */
export interface IotdaStore {
  /** Adds an export task that has ended well. Both ids are made up unless given. */
  addExportTask(file: FileToStore & IotdaSomeConditions & { readonly exportTaskId?: string | undefined }): {
    readonly exportTaskId: string;
  };
  /** The files, by export task id. A task's file is there once the task is asked for after its end. */
  readonly exportTasks: ReadonlyMap<string, StoredFile>;
  /** How the next exports are to go. */
  readonly tasks: TaskPlans;
  /** Starts an export, as its request would; `undefined` while five are unfinished. Of more than 50, the oldest goes. */
  startExport(conditions: IotdaSomeConditions): IotdaExportTask | undefined;
  /** All export tasks as they are now, in descending order of their ids: the newest first. */
  listExportTasks(): readonly IotdaExportTask[];
  /** Removes an export task and its file; `false` when there is none. */
  deleteExportTask(exportTaskId: string): boolean;
  /** Adds a batch task. Its id is made up, it has ended well, and is of type `createDevices`, unless given. */
  addBatchTask(task?: BatchTaskToStore): { readonly taskId: string };
  /** By task id. */
  readonly batchTasks: ReadonlyMap<string, IotdaBatchTask>;
  /** The account's instance, for the header `Instance-Id`. */
  readonly instanceId: string;
  /** Notes a download, and tells whether the interval has gone by since the one before: 30 seconds unless set. */
  mayDownload(): boolean;
}

interface StartedTask extends IotdaConditions {
  readonly exportTaskId: string;
  readonly plan: TaskPlan;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly saved: boolean;
}

const maxTasks = 50;
const maxUnfinished = 5;

/** An empty store. */
export function createIotdaStore(
  now: () => Date,
  { downloadIntervalMs, variants }: { readonly downloadIntervalMs: number; readonly variants: IotdaVariants },
): IotdaStore {
  const files = new Map<string, StoredFile>();
  const started = new Map<string, StartedTask>();
  const batchTasks = new Map<string, IotdaBatchTask>();
  const tasks = createTaskPlans();
  const nextId = createIds(now);
  const defaultAppId = randomBytes(16).toString("hex");
  let lastDownloadAt = Number.NEGATIVE_INFINITY;
  const conditionsOf = ({
    batchTaskId,
    appType = "GLOBAL",
    appId,
  }: IotdaSomeConditions): IotdaConditions => ({
    batchTaskId: batchTaskId ?? nextId(),
    appType,
    appId: appId ?? (appType === "APP" ? defaultAppId : undefined),
  });
  /** Brings the files of tasks that have ended since. */
  const settle = (): readonly StartedTask[] => {
    for (const task of started.values()) {
      if (task.saved || statusOf(task, now()) !== "Success") continue;
      started.set(task.exportTaskId, { ...task, saved: true });
      const content = task.plan.content ?? zipContent({ seed: "iotda-export", bytes: 4096 });
      const file = storedFile({ content, lastModified: new Date(task.endsAt) }, now);
      for (const [id, other] of started) {
        if (id === task.exportTaskId || (files.has(id) && isSame(other, task))) files.set(id, file);
      }
    }
    return [...started.values()];
  };
  return {
    exportTasks: files,
    tasks,
    batchTasks,
    instanceId: randomBytes(16).toString("hex"),
    addExportTask({ exportTaskId = nextId(), batchTaskId, appType, appId, ...file }) {
      files.set(exportTaskId, storedFile(file, now));
      const at = now().getTime();
      const conditions = conditionsOf({ batchTaskId, appType, appId });
      const ended = { plan: {}, startedAt: at, endsAt: at, saved: true };
      started.set(exportTaskId, { exportTaskId, ...conditions, ...ended });
      return { exportTaskId };
    },
    startExport(asked) {
      const conditions = conditionsOf(asked);
      const all = settle();
      const again = variants.sameConditions === "same-task" && all.find((task) => isSame(task, conditions));
      const others = all.filter((task) => task !== again && statusOf(task, now()) === "Processing");
      if (others.length >= maxUnfinished) return undefined;
      const plan = tasks.take();
      const startedAt = now().getTime();
      const endsAt = startedAt + (plan.seconds ?? 0) * 1000;
      const exportTaskId = again ? again.exportTaskId : nextId();
      const task = { exportTaskId, ...conditions, plan, startedAt, endsAt, saved: false };
      files.delete(exportTaskId);
      started.set(exportTaskId, task);
      for (const id of [...started.keys()].slice(0, -maxTasks)) {
        started.delete(id);
        files.delete(id);
      }
      return { ...describe(task, now()), status: "Processing", progress: 1, endTime: undefined };
    },
    listExportTasks: () =>
      [...settle()]
        .sort((a, b) => (a.exportTaskId < b.exportTaskId ? 1 : -1))
        .map((task) => describe(task, now())),
    deleteExportTask(exportTaskId) {
      files.delete(exportTaskId);
      return started.delete(exportTaskId);
    },
    addBatchTask(task = {}) {
      const added = createBatchTask(task, nextId, now);
      batchTasks.set(added.taskId, added);
      return { taskId: added.taskId };
    },
    mayDownload() {
      if (now().getTime() - lastDownloadAt < downloadIntervalMs) return false;
      lastDownloadAt = now().getTime();
      return true;
    },
  };
}

function isSame(one: IotdaConditions, other: IotdaConditions): boolean {
  return one.batchTaskId === other.batchTaskId && one.appType === other.appType && one.appId === other.appId;
}

function statusOf({ plan, endsAt }: StartedTask, now: Date): IotdaExportTask["status"] {
  if (now.getTime() < endsAt) return "Processing";
  return plan.outcome === "fails" ? "Failed" : "Success";
}

function describe(task: StartedTask, now: Date): IotdaExportTask {
  const { exportTaskId, batchTaskId, appType, appId, startedAt, endsAt } = task;
  const status = statusOf(task, now);
  const done = Math.floor((100 * (now.getTime() - startedAt)) / (endsAt - startedAt || 1));
  const progress = status === "Success" ? 100 : Math.min(Math.max(done, 1), 99);
  const endTime = status === "Processing" ? undefined : new Date(endsAt);
  const createTime = new Date(startedAt);
  return { exportTaskId, batchTaskId, appType, appId, status, progress, createTime, endTime };
}
