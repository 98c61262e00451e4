import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  type AnswerSchema,
  type CallOptions,
  checkInput,
  type MarkerPage,
  type Operation,
  pagesByMarker,
  type TaskVerdict,
  type WaitOptions,
  waitForTask,
} from "@cloudhaul/core-http";
import { operations } from "./operations.ts";
import type { ExportBatchTaskInput, ExportTaskInput, ListExportTasksInput } from "./options.ts";
import type { ExportTask } from "./tasks.ts";

/** Goes through the pages of a list. */
export function listPages<Item>(
  client: ServiceClient,
  operation: Operation,
  input: object,
  schemaIn: (schemas: typeof import("./schemas.ts")) => AnswerSchema<MarkerPage<Item>>,
  options?: CallOptions,
): AsyncIterable<Item> {
  checkInput(operation.parameters, input);
  const asked = { ...input };
  const loadSchema = async () => schemaIn(await import("./schemas.ts"));
  return pagesByMarker((marker) => client.call(operation, { ...asked, marker }, loadSchema, options));
}

/** Lists export tasks, newest first. */
export function listExportTasks(
  client: ServiceClient,
  { taskId, ...input }: ListExportTasksInput,
  options?: CallOptions,
): AsyncIterable<ExportTask> {
  checkInput({ taskId: { maxLength: 24 } }, { taskId });
  const resourceCondition = taskId === undefined ? undefined : { task_id: taskId };
  const asked = { ...input, resourceCondition };
  return listPages(client, operations.listExportTasks, asked, ({ exportTasks }) => exportTasks, options);
}

/** Creates an export task. Sent once. */
export async function createExportTask(
  client: ServiceClient,
  input: ExportBatchTaskInput,
  options?: CallOptions,
): Promise<ExportTask> {
  const schema = async () => (await import("./schemas.ts")).exportTask;
  return client.call(operations.createExportTask, withAppType(input), schema, options);
}

/** An application is named with a type only: `GLOBAL`, the service's default, would leave it out. */
export function withAppType(input: ExportBatchTaskInput): ExportBatchTaskInput {
  return { ...input, appType: input.appType ?? (input.appId === undefined ? "GLOBAL" : "APP") };
}

/** Lists with all that is known, and where no type of application is, for both: without one the service may list but one of them. */
export async function findExportTask(
  client: ServiceClient,
  { exportTaskId, ...known }: ExportTaskInput,
  options: CallOptions = {},
): Promise<ExportTask | undefined> {
  const appTypes = known.appType ? [known.appType] : known.appId ? ["APP"] : ["GLOBAL", "APP"];
  for (const appType of appTypes as ("GLOBAL" | "APP")[]) {
    for await (const task of listExportTasks(client, { ...known, appType }, options)) {
      if (task.exportTaskId === exportTaskId) return task;
    }
  }
  return undefined;
}

/** Waits for a task by its id alone, or with what narrows the list. */
export function waitForExportTask(
  client: ServiceClient,
  input: ExportTaskInput,
  options: WaitOptions,
): Promise<ExportTask> {
  const { logger } = client.settings;
  const ask = (signal: AbortSignal | undefined): Promise<ExportTask | undefined> =>
    findExportTask(client, input, { signal });
  return waitForTask({ taskId: input.exportTaskId, logger, ask, judge }, options);
}

const states: Readonly<Record<string, TaskVerdict["state"]>> = { success: "succeeded", failed: "failed" };

/** The service tells no reason of a failure. */
function judge({ status = "", progressPercent }: ExportTask): TaskVerdict {
  return { state: states[status.toLowerCase()] ?? "running", status, progressPercent };
}

/** Whether a task has not ended. */
export function isUnfinished(task: ExportTask): boolean {
  return judge(task).state === "running";
}
