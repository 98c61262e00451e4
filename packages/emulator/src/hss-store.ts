import { randomBytes, randomUUID } from "node:crypto";
import { type FileToStore, type StoredFile, storedFile } from "./file-answer.ts";
import { hssExports } from "./hss-exports.ts";
import { createTaskPlans, type TaskPlan, type TaskPlans } from "./task-plan.ts";
import { zipContent } from "./zip-content.ts";

/** An exported file, in an enterprise project. */
export interface HssFile extends StoredFile {
  readonly enterpriseProjectId: string;
}

/** An export task, as far as it has come. */
export interface HssExportTask {
  readonly taskId: string;
  readonly taskName: string;
  /** Who started it, as the vendor names it: `ExportVuls` and so on. */
  readonly operation: string;
  /** What was asked for: an id, or `all_granted_eps`. */
  readonly enterpriseProjectId: string;
  readonly status: "running" | "success" | "failure";
  /** Of a success. */
  readonly fileId?: string | undefined;
  readonly fileName?: string | undefined;
}

/** The exports of the Host Security Service. */
export interface HssStore {
  /** Adds an exported file. `fileId` is made up unless given; the enterprise project is `0` unless given. */
  addFile(
    file: FileToStore & {
      readonly fileId?: string | undefined;
      readonly enterpriseProjectId?: string | undefined;
    },
  ): { readonly fileId: string };
  /** By file id. An export's file is there once its task is asked for after its end. */
  readonly files: ReadonlyMap<string, HssFile>;
  /** How the next exports are to go. */
  readonly tasks: TaskPlans;
  /**
   * Starts an export, as its request would.
   *
   * @throws TypeError when no operation has that name
   */
  startExport(task: { readonly operation: string; readonly enterpriseProjectId?: string | undefined }): {
    readonly taskId: string;
  };
  /** An export task as it is now. */
  getTask(taskId: string): HssExportTask | undefined;
  /** Adds a monthly operations report, whose id is its month: `2026-01`. */
  addMonthlyReport(reportId: string): void;
  /** By month. */
  readonly monthlyReports: ReadonlySet<string>;
  /** The enterprise projects that the user has a right to from now on. At the start: all. */
  grantEnterpriseProjects(ids: readonly string[] | "all"): void;
  /** Whether the user has a right to an enterprise project. */
  mayUse(enterpriseProjectId: string): boolean;
}

interface StartedTask {
  readonly task: HssExportTask;
  readonly plan: TaskPlan;
  readonly endsAt: number;
}

/** An empty store. */
export function createHssStore(now: () => Date): HssStore {
  const files = new Map<string, HssFile>();
  const tasks = createTaskPlans();
  const started = new Map<string, StartedTask>();
  const monthlyReports = new Set<string>();
  let granted: readonly string[] | "all" = "all";
  const store: HssStore = {
    files,
    tasks,
    monthlyReports,
    addFile({ fileId = randomUUID(), enterpriseProjectId = "0", ...file }) {
      files.set(fileId, { ...storedFile(file, now), enterpriseProjectId });
      return { fileId };
    },
    startExport({ operation, enterpriseProjectId = "0" }) {
      const name = hssExports.find((known) => known.operation === operation)?.name;
      if (!name) throw new TypeError(`HSS has no export ${operation}.`);
      const taskId = randomUUID();
      const taskName = `hss-${name}-${randomBytes(4).toString("hex")}`;
      const plan = tasks.take();
      const endsAt = now().getTime() + (plan.seconds ?? 0) * 1000;
      const task = { taskId, taskName, operation, enterpriseProjectId, status: "running" } as const;
      started.set(taskId, { task, plan, endsAt });
      return { taskId };
    },
    getTask(taskId) {
      const found = started.get(taskId);
      if (found?.task.status !== "running" || now().getTime() < found.endsAt) return found?.task;
      const task = end(found, store);
      started.set(taskId, { ...found, task });
      return task;
    },
    addMonthlyReport: (reportId) => void monthlyReports.add(reportId),
    grantEnterpriseProjects(ids) {
      granted = ids;
    },
    mayUse: (id) => granted === "all" || granted.includes(id),
  };
  return store;
}

/** What a task has come to: a success has put its file into the store. */
function end({ task, plan, endsAt }: StartedTask, store: HssStore): HssExportTask {
  if (plan.outcome === "fails") return { ...task, status: "failure" };
  const content = plan.content ?? zipContent({ seed: "hss-export", bytes: 4096 });
  const { enterpriseProjectId } = task;
  const fileName = content.fileName ?? `${task.taskName}.zip`;
  const { fileId } = store.addFile({
    content,
    fileName,
    enterpriseProjectId,
    lastModified: new Date(endsAt),
  });
  return { ...task, status: "success", fileId, fileName };
}
