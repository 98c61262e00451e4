import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  checkInput,
  type Download,
  type Pacer,
  ServiceError,
  type StartQueue,
  stepWait,
} from "@cloudhaul/core-http";
import {
  createExportTask,
  isUnfinished,
  listExportTasks,
  waitForExportTask,
  withAppType,
} from "./export-tasks.ts";
import { operations } from "./operations.ts";
import { type ExportBatchTaskInput, type ExportOptions, exportRules } from "./options.ts";
import type { ExportTask } from "./tasks.ts";

/** What a client keeps for its whole jobs. */
export interface BatchExports {
  readonly client: ServiceClient;
  readonly queue: StartQueue;
  readonly pace: Pacer;
  /** Tasks that were running before: others may want their files. */
  readonly joined: Set<string>;
}

/** How many tasks of a user may be unfinished. */
const mostUnfinished = 5;

/** How far the service's clock may be behind ours, when a task is looked for that was created after a moment. */
const clockSkewMs = 60_000;

/** The plan of a whole job: its turn, the export or the one that runs already, the wait, and the download. */
export function planBatchExport(
  { client, queue, pace, joined }: BatchExports,
  given: ExportBatchTaskInput,
  options: ExportOptions,
): Download {
  const input = withAppType(given);
  checkInput(exportRules, options);
  const { instanceId, ...conditions } = input;
  /** Why a start was not even sent, which nobody need look for then. */
  let notSent: unknown;

  /** The tasks of the same conditions, newest first. Which is the default application nobody tells, so that its tasks are not known. */
  async function sameTasks(signal: AbortSignal | undefined): Promise<readonly ExportTask[]> {
    if (input.appType === "APP" && input.appId === undefined) return [];
    const same: ExportTask[] = [];
    for await (const task of listExportTasks(client, input, { signal })) {
      if (isSame(task, conditions)) same.push(task);
    }
    return same;
  }

  async function join(signal: AbortSignal): Promise<ExportTask | undefined> {
    try {
      return (await sameTasks(signal)).find(isUnfinished);
    } catch (error) {
      notSent = error;
      throw error;
    }
  }

  async function joinOrCreate(signal: AbortSignal): Promise<string> {
    const running = await join(signal);
    if (running) joined.add(running.exportTaskId);
    return (running ?? (await createExportTask(client, input, { signal }))).exportTaskId;
  }

  return client.exportFile({
    operation: operations.createExportTask,
    input,
    download: operations.downloadExportFile,
    pace,
    start(step) {
      let hadRoom = false;
      return queue(() => joinOrCreate(step.signal), {
        ...stepWait(options, step),
        async isBusy(error) {
          const unfinished = await countUnfinished(client, instanceId, error, step.signal);
          if (unfinished === undefined) return false;
          // Tasks may end between the refusal and the count: refused with room twice, it is refused for something else.
          const isBusy = unfinished >= mostUnfinished || !hadRoom;
          hadRoom = unfinished < mostUnfinished;
          return isBusy;
        },
      });
    },
    async find(startedAt, signal) {
      const reason = notSent;
      notSent = undefined;
      if (reason !== undefined) throw reason;
      const same = await sameTasks(signal);
      const since = startedAt.getTime() - clockSkewMs;
      const isSince = ({ createdAt }: ExportTask): boolean =>
        createdAt !== undefined && createdAt.getTime() >= since;
      return (same.find(isUnfinished) ?? same.find(isSince))?.exportTaskId;
    },
    async wait(exportTaskId, step) {
      await waitForExportTask(client, { ...input, exportTaskId }, stepWait(options, step));
      return { exportTaskId, ...(instanceId !== undefined && { instanceId }) };
    },
    ...(options.cleanUp && {
      async cleanUp(exportTaskId: string, signal: AbortSignal | undefined) {
        if (joined.has(exportTaskId)) return;
        await client.send(operations.deleteExportTask, { exportTaskId, instanceId }, { signal });
      },
    }),
  });
}

function isSame(task: ExportTask, { taskId, appType, appId }: ExportBatchTaskInput): boolean {
  return (
    task.taskId === taskId && (task.appType ?? "GLOBAL") === appType && (appId ?? task.appId) === task.appId
  );
}

/** How a sixth task is refused is not documented. So what runs is counted, whatever the refusal says. */
async function countUnfinished(
  client: ServiceClient,
  instanceId: string | undefined,
  error: unknown,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (!ServiceError.isInstance(error) || error.operation !== operations.createExportTask.name)
    return undefined;
  try {
    let unfinished = 0;
    for (const appType of ["GLOBAL", "APP"] as const) {
      for await (const task of listExportTasks(client, { instanceId, appType }, { signal })) {
        if (isUnfinished(task)) unfinished++;
      }
    }
    return unfinished;
  } catch (cause) {
    const about = { operation: error.operation, reason: String(cause) };
    client.settings.logger.warn("could not count the export tasks that are unfinished", about);
    return undefined; // and the refusal itself is told
  }
}
