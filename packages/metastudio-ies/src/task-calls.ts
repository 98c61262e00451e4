import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  type CallOptions,
  ConfigurationError,
  checkInput,
  type TaskVerdict,
  waitForTask,
} from "@cloudhaul/core-http";
import { operations } from "./operations.ts";
import {
  type ExportResourceInput,
  type SearchTasksInput,
  type TaskInput,
  type WaitForTaskOptions,
  waitForTaskRules,
} from "./options.ts";
import type { FoundTasks, IsFinished, Task } from "./tasks.ts";

/** Starts an export, once. */
export function startExport(
  client: ServiceClient,
  input: ExportResourceInput,
  options?: CallOptions,
): Promise<{ readonly value: string | undefined }> {
  const schema = async () => (await import("./schemas.ts")).startedExport;
  return client.call(operations.startExport, input, schema, options);
}

/** Asks how far a task is. */
export function getTask(client: ServiceClient, input: TaskInput, options?: CallOptions): Promise<Task> {
  const schema = async () => (await import("./schemas.ts")).task;
  return client.call(operations.getTask, input, schema, options);
}

/** Searches once. */
export async function searchTasks(
  client: ServiceClient,
  { beginTime, endTime, ...input }: SearchTasksInput,
  options?: CallOptions,
): Promise<FoundTasks> {
  const times = { beginTime: timeOf("beginTime", beginTime), endTime: timeOf("endTime", endTime) };
  const schema = async () => (await import("./schemas.ts")).foundTasks;
  return client.call(operations.searchTasks, { ...input, ...times }, schema, options);
}

function timeOf(option: string, date: Date | undefined): number | undefined {
  if (date === undefined) return undefined;
  const time = date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isNaN(time)) throw new ConfigurationError(option, `${option} must be a Date that is valid.`);
  return time;
}

/**
 * The newest task since a moment, but for one. Ten are shown, in no known order: where there are more, the search is
 * narrowed to what is later than the latest of those, until all of the rest are shown.
 */
export async function newestTask(
  client: ServiceClient,
  { resource, businessId }: ExportResourceInput,
  { since, except }: { readonly since: Date; readonly except?: string | undefined },
  signal: AbortSignal | undefined,
): Promise<Task | undefined> {
  let newest: Task | undefined;
  for (let beginTime = since; ; ) {
    const input = { resources: [resource], businessId, beginTime };
    const { tasks, count = 0 } = await searchTasks(client, input, { signal });
    for (const task of tasks) {
      const isLater = startOf(task) >= Math.max(since.getTime(), startOf(newest));
      if (isLater && task.taskId !== except) newest = task;
    }
    const latest = Math.max(...tasks.map(startOf));
    if (tasks.length >= count || latest <= beginTime.getTime()) return newest;
    beginTime = new Date(latest);
  }
}

function startOf(task: Task | undefined): number {
  return task?.startedAt?.getTime() ?? 0;
}

/** Waits for a task by its id alone. */
export function waitForEnd(
  client: ServiceClient,
  { taskId }: TaskInput,
  { isFinished = hasEnded, ...options }: WaitForTaskOptions,
): Promise<Task> {
  checkInput(waitForTaskRules, { isFinished, ...options });
  const { logger } = client.settings;
  const ask = (signal: AbortSignal | undefined): Promise<Task> => getTask(client, { taskId }, { signal });
  return waitForTask({ taskId, logger, ask, judge: (task) => judge(task, isFinished) }, options);
}

function hasEnded({ endedAt, totalCount = 0, successCount = 0, failureCount = 0 }: Task): boolean {
  return endedAt !== undefined || (totalCount > 0 && successCount + failureCount >= totalCount);
}

function judge(task: Task, isFinished: IsFinished): TaskVerdict {
  const { status = "not told", totalCount = 0, successCount = 0, failureCount = 0 } = task;
  const finished = isFinished(task);
  const state = finished === "failed" ? "failed" : finished ? "succeeded" : "running";
  const done = Math.min(successCount + failureCount, totalCount);
  return {
    state,
    status: String(status),
    progressPercent: totalCount > 0 ? Math.floor((100 * done) / totalCount) : undefined,
    reason: totalCount > 0 ? `${successCount} of ${totalCount} succeeded, ${failureCount} failed` : undefined,
  };
}
