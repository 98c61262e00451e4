import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  checkInput,
  type Download,
  type ExportStepOptions,
  LostStartError,
  ServiceError,
  type StartQueue,
  stepWait,
  type TaskVerdict,
  waitForTask,
} from "@cloudhaul/core-http";
import { operations } from "./operations.ts";
import { type ExportOptions, type ExportResourceInput, exportRules } from "./options.ts";
import { getTask, newestTask, startExport, waitForEnd } from "./task-calls.ts";
import type { Task } from "./tasks.ts";

/** How far the service's clock may be behind ours: signatures allow no more. */
const widestSkewMs = 15 * 60_000;

/** The same where it is not known which tasks there were before: an earlier one must not be taken for the one that was lost. */
const lostSkewMs = 5_000;

/**
 * The plan of a whole job: the export, its task, the wait, and the download.
 *
 * What an export answers may be the id of its task, or something else. Then its task is the newest of the resource that
 * was not there before, so exports of one client start one after another.
 */
export function planExport(
  client: ServiceClient,
  queue: StartQueue,
  input: ExportResourceInput,
  options: ExportOptions,
): Download {
  checkInput(exportRules, options);
  const { cleanUp, isFinished } = options;
  const asked = { ...input };
  let before: { readonly newest: Task | undefined } | undefined;
  /** Why a start was not even sent, which nobody need look for then. */
  let notSent: unknown;

  async function newTask(startedAt: Date, signal: AbortSignal | undefined): Promise<string | undefined> {
    const since = new Date(startedAt.getTime() - (before ? widestSkewMs : lostSkewMs));
    return (await newestTask(client, asked, { since, except: before?.newest?.taskId }, signal))?.taskId;
  }

  async function lookBefore(startedAt: Date, signal: AbortSignal): Promise<void> {
    const since = new Date(startedAt.getTime() - widestSkewMs);
    try {
      before = { newest: await newestTask(client, asked, { since }, signal) };
    } catch (error) {
      notSent = error;
      throw error;
    }
  }

  async function start(step: ExportStepOptions): Promise<string> {
    const startedAt = new Date();
    const { signal } = step;
    await lookBefore(startedAt, signal);
    const { value } = await startExport(client, asked, { signal });
    try {
      if (value !== undefined && (await isTask(client, value, signal))) return value;
      const ask = (one: AbortSignal | undefined): Promise<string | undefined> => newTask(startedAt, one);
      const { logger } = client.settings;
      const judge = (): TaskVerdict => ({ state: "succeeded", status: "listed" });
      return await waitForTask({ taskId: value ?? "", logger, ask, judge }, stepWait(options, step));
    } catch (error) {
      signal.throwIfAborted();
      const text = `${operations.startExport.name} was answered, and its task cannot be found: ${String(error)}`;
      throw new LostStartError(operations.startExport.name, startedAt, text, { cause: error });
    }
  }

  return client.exportFile({
    operation: operations.startExport,
    input: asked,
    download: operations.downloadResultFile,
    start: (step) =>
      queue(() => start(step), { isBusy: () => false, signal: step.signal, onStatus: step.onStatus }),
    async find(startedAt, signal) {
      const reason = notSent;
      notSent = undefined;
      if (reason !== undefined) throw reason;
      return newTask(startedAt, signal);
    },
    async wait(taskId, step) {
      await waitForEnd(client, { taskId }, { ...stepWait(options, step), isFinished });
      return { taskId };
    },
    ...(cleanUp && {
      cleanUp: (taskId: string, signal: AbortSignal | undefined) =>
        client.send(operations.deleteTask, { taskId }, { signal }),
    }),
  });
}

/** How a task that there is not is refused is not documented. */
const kindsOfUnknown: ReadonlySet<string> = new Set(["invalid", "not-found", "unknown"]);

async function isTask(client: ServiceClient, value: string, signal: AbortSignal): Promise<boolean> {
  try {
    return ((await getTask(client, { taskId: value }, { signal })).taskId ?? value) === value;
  } catch (error) {
    if (ServiceError.isInstance(error) && kindsOfUnknown.has(error.kind)) return false;
    throw error;
  }
}
