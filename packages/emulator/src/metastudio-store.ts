import { randomUUID } from "node:crypto";
import { bytesContent, type Content } from "./content.ts";
import { type FileToStore, type StoredFile, storedFile } from "./file-answer.ts";
import { type RunningTask, startTask } from "./running-task.ts";
import { createTaskPlans, type TaskPlan, type TaskPlans } from "./task-plan.ts";
import { zipContent } from "./zip-content.ts";

/** What a task moves. */
export interface MetastudioTaskOptions {
  /** Default `knowledge-intent-question-create`, the one name that the vendor's pages have. */
  readonly resource?: string | undefined;
  /** For example the id of a skill. Default: none. */
  readonly businessId?: string | undefined;
}

/** An import or an export. */
export interface MetastudioTask extends RunningTask {
  readonly taskId: string;
  readonly kind: "import" | "export";
  readonly resource: string;
  readonly businessId: string | undefined;
  /** What the task gives when it has ended: the export, or the report on an import. */
  readonly file: StoredFile;
}

/** The import and export tasks of MetaStudio, and their results. */
export interface MetastudioStore {
  /** Adds the result of a task that has ended. `taskId` is made up unless given. */
  addResult(file: FileToStore & MetastudioTaskOptions & { readonly taskId?: string | undefined }): {
    readonly taskId: string;
  };
  /** The files of the tasks that have ended, by task id. */
  readonly results: ReadonlyMap<string, StoredFile>;
  /** How the tasks that start from now on are to go. */
  readonly tasks: TaskPlans;
  /** Every task, by its id. */
  readonly allTasks: ReadonlyMap<string, MetastudioTask>;
  /** Starts a task. */
  startTask(about: MetastudioTaskOptions & Pick<MetastudioTask, "kind">): MetastudioTask;
  /** Removes a task with its result; tells whether there was one. */
  deleteTask(taskId: string): boolean;
}

const usualResource = "knowledge-intent-question-create";

const usualContents: Readonly<Record<MetastudioTask["kind"], (plan: TaskPlan) => Content>> = {
  export: () => zipContent({ seed: "metastudio-export", bytes: 4096 }),
  import: ({ reason }) =>
    bytesContent(Buffer.from(`row,result\n1,${reason ?? "imported"}\n`), {
      contentType: "text/csv",
      fileName: "import-report.csv",
    }),
};

/** An empty store. */
export function createMetastudioStore(now: () => Date): MetastudioStore {
  const allTasks = new Map<string, MetastudioTask>();
  const tasks = createTaskPlans();
  return {
    ...{ tasks, allTasks },
    addResult({ taskId = randomUUID(), resource = usualResource, businessId, ...file }) {
      const task = { ...startTask({}, now), taskId, kind: "export", resource, businessId } as const;
      allTasks.set(taskId, { ...task, file: storedFile(file, now) });
      return { taskId };
    },
    get results() {
      const ended = [...allTasks].filter(([, task]) => hasResult(task));
      return new Map(ended.map(([taskId, { file }]) => [taskId, file]));
    },
    startTask({ kind, resource = usualResource, businessId }) {
      const plan = tasks.take();
      const running = startTask(plan, now);
      const content = plan.content ?? usualContents[kind](plan);
      const file = storedFile({ content, lastModified: running.endsAt }, now);
      const task = { ...running, taskId: randomUUID(), kind, resource, businessId, file };
      allTasks.set(task.taskId, task);
      return task;
    },
    deleteTask: (taskId) => allTasks.delete(taskId),
  };
}

/** An export that failed has none; an import has its report either way. */
function hasResult(task: MetastudioTask): boolean {
  const phase = task.phase();
  return phase === "succeeded" || (phase === "failed" && task.kind === "import");
}
