import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  type CallOptions,
  type CheckedOptions,
  checkInput,
  ResponseFormatError,
  ServiceError,
  type TaskVerdict,
  type WaitOptions,
  waitForTask,
} from "@cloudhaul/core-http";
import { operations, type PollBy } from "./operations.ts";
import type { ExportTask, ExportTaskInput, FinishedExportTask } from "./options.ts";
import { producers } from "./producers.ts";

/** Asks for export tasks. */
export interface ExportTasks {
  get(input: ExportTaskInput, options?: CallOptions): Promise<ExportTask>;
  /** `isNew`: started just now, so that HSS need not know it yet. */
  wait(input: ExportTaskInput, options: WaitOptions, isNew?: boolean): Promise<FinishedExportTask>;
}

const ways: readonly PollBy[] = ["task", "event", "latest"];

const rules: CheckedOptions = {
  ...operations.latest.parameters,
  kind: { values: Object.keys(producers) },
  pollBy: { values: ways },
};

/** By which tasks are asked for in the project of `client`. */
export function createExportTasks(client: ServiceClient, region: string | undefined): ExportTasks {
  async function ask(way: PollBy, input: ExportTaskInput, options: CallOptions): Promise<ExportTask> {
    const { taskId, enterpriseProjectId, exportTaskType } = input;
    const only = { task: { region }, event: {}, latest: { exportTaskType } }[way];
    const schema = async () => (await import("./schemas.ts")).exportTask;
    const task = await client.call(
      operations[way],
      { taskId, enterpriseProjectId, ...only },
      schema,
      options,
    );
    return { taskId, ...task };
  }

  /** In the order given, until one knows the task. Where none does, what the first said. */
  async function askInTurn(
    order: readonly PollBy[],
    input: ExportTaskInput,
    options: CallOptions,
  ): Promise<{ readonly way: PollBy; readonly task: ExportTask }> {
    let failure: unknown;
    for (const way of order) {
      try {
        return { way, task: await ask(way, input, options) };
      } catch (error) {
        if (!isUnknownHere(error)) throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  return {
    async get(input, options = {}) {
      checkInput(rules, input);
      return (await askInTurn(orderOf(input), input, options)).task;
    },
    async wait(input, options, isNew = false) {
      checkInput(rules, input);
      const { taskId } = input;
      let order = orderOf(input);
      const task = await waitForTask<ExportTask>(
        {
          taskId,
          logger: client.settings.logger,
          async ask(signal) {
            try {
              const answer = await askInTurn(order, input, { signal });
              order = [answer.way];
              return answer.task;
            } catch (error) {
              if (isNew && isNotFound(error)) return undefined;
              throw error;
            }
          },
          judge,
        },
        options,
      );
      if (task.fileId === undefined) throw noFile(taskId);
      return { ...task, fileId: task.fileId };
    },
  };
}

function orderOf({ pollBy, exportTaskType, kind }: ExportTaskInput): readonly PollBy[] {
  if (pollBy) return [pollBy];
  const first = exportTaskType === undefined ? producers[kind ?? "vulnerabilities"].pollBy : "latest";
  return [first, ...ways.filter((way) => way !== first)];
}

function isNotFound(error: unknown): boolean {
  return ServiceError.isInstance(error) && error.kind === "not-found";
}

/** An answer that tells no status is of a task that the service does not know in this way. */
function isUnknownHere(error: unknown): boolean {
  return isNotFound(error) || (ResponseFormatError.isInstance(error) && error.path === "task_status");
}

/** A status that is not documented is taken for one of a task that runs: the wait has its limit. */
function judge({ status, reason }: ExportTask): TaskVerdict {
  if (/^succe/i.test(status)) return { state: "succeeded", status };
  return { state: /^fail/i.test(status) ? "failed" : "running", status, reason };
}

function noFile(taskId: string): ResponseFormatError {
  const text = `HSS says that the task ${taskId} has succeeded, and names no file. Look for it in the console, or start a new one.`;
  return new ResponseFormatError("file_id", text);
}
