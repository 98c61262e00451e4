import { LostStartError } from "./download-errors.ts";
import type { DownloadPlan, DownloadSource } from "./download-source.ts";
import { ExportFailedError, ServiceError } from "./errors.ts";
import type { ExportedFile, ExportJob, ExportStepOptions } from "./export-job.ts";
import type { Journal } from "./journal.ts";
import type { Progress } from "./progress.ts";
import { wasRefused } from "./retry.ts";
import { createSharedCall } from "./shared-call.ts";
import type { TaskStatus } from "./wait-for-task.ts";

/** What one use of a whole job brings along. */
export interface ExportUse {
  /** Where its steps are written down; what it says of earlier steps is gone on from. */
  readonly journal?: Journal | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

/** The one export behind a plan, however many use it at the same time. */
export interface ExportRun {
  /** Does the steps that are not done yet, and resolves with the download of what was exported. */
  resolve(use: ExportUse): Promise<DownloadSource>;
  /** Whether the same call, after it ended with `error`, goes on from the step that was reached. */
  goesOn(error: unknown, journal: Journal): boolean;
  /** Once the file is saved. A task that cannot be deleted is told to the log: the file is there. */
  cleanUp(journal: Journal | undefined, signal: AbortSignal | undefined): Promise<void>;
  /** This export, or the last, is of no use any more: the next use starts another. */
  forget(taskId?: string): void;
}

/** Runs `job` at most once per plan: shared while it runs, remembered once it is done, forgotten when it fails. */
export function createExportRun(job: ExportJob): ExportRun {
  const listeners = new Set<(status: TaskStatus) => void>();
  const onStatus = (status: TaskStatus): void => {
    for (const listener of listeners) listener(status);
  };
  const options = (signal: AbortSignal): ExportStepOptions => ({ signal, onStatus });
  let task: string | undefined;
  const files = new Map<string | undefined, ExportedFile>();
  const start = createSharedCall(async (now: number, signal) => {
    task = await startOrFind(now, signal);
    return task;
  });
  const waits = new Map<string, (taskId: string, signal: AbortSignal | undefined) => Promise<ExportedFile>>();

  async function startOrFind(now: number, signal: AbortSignal): Promise<string> {
    try {
      return await job.start(options(signal));
    } catch (error) {
      signal.throwIfAborted();
      if (wasRefused(error)) throw error;
      const found = await job.find?.(new Date(now), signal);
      if (found === undefined) throw lostStart(job, now, error);
      return found;
    }
  }

  async function startOnce({ journal, signal }: ExportUse): Promise<string> {
    if (task !== undefined) return task;
    const { startedAt: lostAt } = journal?.state() ?? {};
    if (lostAt !== undefined) {
      const found = await job.find?.(new Date(lostAt), signal);
      if (found !== undefined) return found;
      if (!job.find) throw lostStart(job, lostAt);
    }
    const now = Date.now();
    await journal?.record({ stage: "starting", startedAt: now });
    await journal?.sync();
    return start(now, signal);
  }

  async function waitOnce(taskId: string, signal: AbortSignal | undefined): Promise<ExportedFile> {
    const done = files.get(taskId);
    if (done) return done;
    const shared = waits.get(taskId) ?? createSharedCall((id: string, one) => job.wait(id, options(one)));
    waits.set(taskId, shared);
    const file = await shared(taskId, signal);
    files.set(taskId, file);
    return file;
  }

  function forget(taskId: string | undefined): void {
    files.delete(taskId);
    if (task === taskId) task = undefined; // another that runs is needed still
  }

  return {
    async resolve(use) {
      const { journal, progress, signal } = use;
      const listener = (status: TaskStatus): void => progress.report({ phase: "exporting", task: status });
      listeners.add(listener);
      try {
        const known = journal?.state();
        if (known?.file) return job.source(known.file);
        progress.report({ phase: "exporting" });
        const taskId = known?.task ?? (await startOnce(use));
        await journal?.record({ stage: "task", task: taskId });
        await journal?.sync();
        const file = await waitOnce(taskId, signal);
        task ??= taskId;
        await journal?.record({ stage: "source", file });
        return job.source(file);
      } catch (error) {
        if (ExportFailedError.isInstance(error)) forget(error.taskId);
        throw error;
      } finally {
        listeners.delete(listener);
      }
    },
    goesOn(error, journal) {
      if (ExportFailedError.isInstance(error) || LostStartError.isInstance(error)) return false;
      return journal.state().task !== undefined || !wasRefused(error);
    },
    async cleanUp(journal, signal) {
      const taskId = journal?.state().task ?? task;
      if (!job.cleanUp || taskId === undefined) return;
      try {
        await job.cleanUp(taskId, signal);
      } catch (error) {
        const about = { operation: job.operation, taskId, reason: String(error) };
        job.settings.logger.warn("could not delete the task of a file that is saved", about);
      }
    },
    forget: (taskId = task) => forget(taskId),
  };
}

/** The download itself, after the job that makes its file where there is one. */
export async function sourceOf(
  plan: DownloadPlan,
  run: ExportRun | undefined,
  use: ExportUse,
): Promise<DownloadSource> {
  return run ? run.resolve(use) : (plan as DownloadSource);
}

/** Whether the service no longer has what an earlier run left there. */
export function isGone(error: unknown): boolean {
  if (ExportFailedError.isInstance(error)) return true;
  return ServiceError.isInstance(error) && (error.kind === "not-found" || error.kind === "expired");
}

function lostStart({ operation }: ExportJob, startedAt: number, cause?: unknown): LostStartError {
  const at = new Date(startedAt);
  const text = `${operation} was sent at ${at.toISOString()}, and no answer came: the export may run, and nothing tells its task. The same call starts another one.`;
  return new LostStartError(operation, at, text, { cause });
}
