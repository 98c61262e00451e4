import { randomUUID } from "node:crypto";
import { type FileToStore, type StoredFile, storedFile } from "./file-answer.ts";
import { type RunningTask, startTask } from "./running-task.ts";
import { createTaskPlans, type TaskPlans } from "./task-plan.ts";
import { zipContent } from "./zip-content.ts";

/** Where an archive is. */
export interface RomaArchiveId {
  readonly instanceId: string;
  readonly archiveId: string;
}

/** An instance of ROMA Connect. */
export interface RomaInstance {
  readonly instanceId: string;
  readonly name: string;
  /** Default `RUNNING`. */
  readonly status: string;
}

/** An integration application. */
export interface RomaApp {
  readonly instanceId: string;
  readonly appId: string;
  readonly name: string;
  /** Its secret, which ROMA Connect lists with it. */
  readonly key: string;
}

/** A task of data integration. */
export interface RomaFdiTask {
  readonly instanceId: string;
  readonly taskId: string;
  readonly name: string;
  readonly type: "realtime" | "timing";
  /** `0` stopped, `1` started. */
  readonly status: "0" | "1";
}

/** Why a part of an export failed. */
export interface RomaReason {
  readonly resourceType: "application" | "task";
  readonly resourceName: string;
  readonly errorCode: string;
  readonly errorMsg: string;
}

/** An export of assets. */
export interface RomaJob extends RunningTask, RomaArchiveId {
  readonly jobId: string;
  /** Of a job that fails. */
  readonly reasons: readonly RomaReason[];
}

/** ROMA Connect: its instances, what they hold, and its asset archives, each of which is given once. */
export interface RomaStore {
  /** How the exports that start from now on are to go. */
  readonly tasks: TaskPlans;
  /** Adds an instance, or replaces it. */
  addInstance(instance?: Partial<RomaInstance>): { readonly instanceId: string };
  /** Adds an integration application, and its instance where there is none. */
  addApp(app: Partial<RomaApp> & Pick<RomaApp, "instanceId">): { readonly appId: string };
  /** Adds a task of data integration, and its instance where there is none. */
  addTask(task: Partial<RomaFdiTask> & Pick<RomaFdiTask, "instanceId">): { readonly taskId: string };
  readonly instances: ReadonlyMap<string, RomaInstance>;
  readonly apps: ReadonlyMap<string, RomaApp>;
  readonly fdiTasks: ReadonlyMap<string, RomaFdiTask>;
  readonly jobs: ReadonlyMap<string, RomaJob>;
  /** Starts an export, which fails when there is a reason. */
  startExport(about: { readonly instanceId: string; readonly reasons: readonly RomaReason[] }): RomaJob;
  /** Adds an archive, and its instance where there is none. Both ids are made up unless given. */
  addArchive(file: FileToStore & Partial<RomaArchiveId>): RomaArchiveId;
  /** Archives not yet downloaded, by `instanceId/archiveId`. */
  readonly archives: ReadonlyMap<string, StoredFile & RomaArchiveId>;
  /** Hands an archive out and forgets it. */
  takeArchive(id: RomaArchiveId): StoredFile | "taken before" | undefined;
}

/** An empty store. */
export function createRomaStore(now: () => Date): RomaStore {
  const [instances, apps] = [new Map<string, RomaInstance>(), new Map<string, RomaApp>()];
  const [fdiTasks, jobs] = [new Map<string, RomaFdiTask>(), new Map<string, RomaJob>()];
  const archives = new Map<string, StoredFile & RomaArchiveId>();
  const [taken, awaited] = [new Set<string>(), new Set<RomaJob>()];
  const tasks = createTaskPlans();
  const keyOf = ({ instanceId, archiveId }: RomaArchiveId): string => `${instanceId}/${archiveId}`;
  const needInstance = (instanceId: string): void => {
    if (!instances.has(instanceId)) store.addInstance({ instanceId });
  };
  /** Puts the archives of the jobs that have ended where they can be taken. */
  const settle = (): void => {
    for (const job of awaited) {
      if (job.phase() === "running") continue;
      awaited.delete(job);
      const { content = zipContent({ seed: "roma-assets", bytes: 4096 }) } = job.plan;
      const { instanceId, archiveId } = job;
      if (job.phase() === "succeeded")
        archives.set(keyOf(job), { content, lastModified: job.endsAt, instanceId, archiveId });
    }
  };
  const store: RomaStore = {
    ...{ tasks, instances, apps, fdiTasks, jobs },
    addInstance({ instanceId = randomUUID(), name = `roma-${instanceId}`, status = "RUNNING" } = {}) {
      instances.set(instanceId, { instanceId, name, status });
      return { instanceId };
    },
    addApp({ instanceId, appId = randomUUID(), name = `app-${appId}`, key = randomUUID() }) {
      needInstance(instanceId);
      apps.set(appId, { instanceId, appId, name, key });
      return { appId };
    },
    addTask({ instanceId, taskId = randomUUID(), name = `task-${taskId}`, type = "timing", status = "1" }) {
      needInstance(instanceId);
      fdiTasks.set(taskId, { instanceId, taskId, name, type, status });
      return { taskId };
    },
    startExport({ instanceId, reasons }) {
      const plan = tasks.take();
      const task = startTask(reasons.length > 0 ? { ...plan, outcome: "fails" } : plan, now);
      const job = { ...task, jobId: randomUUID(), archiveId: randomUUID(), instanceId, reasons };
      jobs.set(job.jobId, job);
      awaited.add(job);
      return job;
    },
    get archives() {
      settle();
      return archives;
    },
    addArchive({ instanceId = randomUUID(), archiveId = randomUUID(), ...file }) {
      needInstance(instanceId);
      const key = keyOf({ instanceId, archiveId });
      archives.set(key, { ...storedFile(file, now), instanceId, archiveId });
      taken.delete(key);
      return { instanceId, archiveId };
    },
    takeArchive(id) {
      settle();
      const key = keyOf(id);
      const archive = archives.get(key) ?? (taken.has(key) ? "taken before" : undefined);
      if (archives.delete(key)) taken.add(key);
      return archive;
    },
  };
  return store;
}
