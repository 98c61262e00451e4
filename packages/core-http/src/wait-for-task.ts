import { type CheckedOptions, checkInput } from "./check-input.ts";
import { type CloudhaulError, ExportFailedError, TimeoutError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { mayRepeat, wait } from "./retry.ts";

/** What a service says of a task that runs. */
export interface TaskStatus {
  /** Empty for as long as the service has no room for it. */
  readonly taskId: string;
  /** In the service's own words, for example `running`. */
  readonly status: string;
  /** From 0 to 100; `undefined` where the service does not tell. */
  readonly progressPercent?: number | undefined;
  /** How long this call has waited, in milliseconds. */
  readonly elapsedMs: number;
}

/** How to wait for a task. */
export interface WaitOptions {
  /** Ends the wait, which then rejects with the signal's reason. The task itself goes on. */
  readonly signal?: AbortSignal | undefined;
  /** The longest wait, in milliseconds. Default 3,600,000: an hour. */
  readonly timeoutMs?: number | undefined;
  /** How long to wait before asking a second time, in milliseconds; it grows to 30 seconds. Default 2,000. */
  readonly pollIntervalMs?: number | undefined;
  /** Told of every answer. */
  readonly onStatus?: ((status: TaskStatus) => void) | undefined;
}

/** The rules of {@link WaitOptions}. */
export const waitRules: CheckedOptions = {
  signal: { type: "object" },
  timeoutMs: { type: "integer", min: 1, max: 2 ** 31 - 1 },
  pollIntervalMs: { type: "integer", min: 1, max: 2 ** 31 - 1 },
  onStatus: { type: "function" },
};

/** What one answer of the service means. */
export interface TaskVerdict {
  readonly state: "running" | "succeeded" | "failed";
  /** In the service's own words. */
  readonly status: string;
  readonly progressPercent?: number | undefined;
  /** Of a failed task: everything that the service says of it. */
  readonly reason?: string | undefined;
}

/** A task that is waited for. */
export interface WaitedTask<Answer> {
  readonly taskId: string;
  readonly logger: Logger;
  /** Asks once. `undefined` where the service does not know the task, which may be too young for that. */
  ask(signal: AbortSignal | undefined): Promise<Answer | undefined>;
  /** Says how far the task is, from one answer. */
  judge(answer: Answer): TaskVerdict;
}

const growth = 1.5;
const maxIntervalMs = 30_000;

/** A task is not always there at once: job ids of DDS can be asked for only some seconds after they were given. */
const unknownForMs = 60_000;

/** A wait of an hour outlives an outage of some minutes; each of these has used up its own tries already. */
const maxFailures = 5;

/**
 * Asks until the task has ended.
 *
 * @returns the answer that said so
 * @throws ExportFailedError when it failed, or when the service no longer knows it
 * @throws TimeoutError with phase `wait` and the task's id, when it takes longer than `timeoutMs`
 */
export async function waitForTask<Answer>(task: WaitedTask<Answer>, options: WaitOptions): Promise<Answer> {
  checkInput(waitRules, options);
  const { taskId } = task;
  const { signal, timeoutMs = 3_600_000, pollIntervalMs = 2_000, onStatus } = options;
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  let intervalMs = pollIntervalMs;
  let failures = 0;

  async function ask(): Promise<Answer | undefined> {
    try {
      const answer = await task.ask(signal);
      failures = 0;
      if (answer === undefined && elapsed() > unknownForMs) throw unknownTask(taskId);
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayRepeat(error, "safe") || ++failures > maxFailures) throw error;
      const { code, message } = error as CloudhaulError;
      task.logger.warn("could not ask for a task, and will ask again", { taskId, code, reason: message });
      return undefined;
    }
  }

  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    const verdict = answer === undefined ? undefined : task.judge(answer);
    const { status = "not known yet", progressPercent } = verdict ?? {};
    onStatus?.({ taskId, status, progressPercent, elapsedMs: elapsed() });
    if (answer !== undefined && verdict?.state === "succeeded") return answer;
    if (verdict?.state === "failed") throw failed(taskId, verdict);
    const leftMs = timeoutMs - elapsed();
    if (leftMs <= 0) throw tookTooLong(taskId, timeoutMs, status);
    await wait(Math.min(leftMs, intervalMs * (0.8 + 0.4 * Math.random())), signal);
    intervalMs = Math.min(intervalMs * growth, Math.max(maxIntervalMs, pollIntervalMs));
  }
}

function failed(taskId: string, { status, reason }: TaskVerdict): ExportFailedError {
  const why = reason ? `: ${reason}` : ", without a reason";
  return new ExportFailedError(
    taskId,
    reason,
    `The task ${taskId} ended as "${status}"${why}. Start a new one.`,
  );
}

function unknownTask(taskId: string): ExportFailedError {
  const text = `The service does not know the task ${taskId}. Check the id, the project and the region, or start a new one.`;
  return new ExportFailedError(taskId, undefined, text);
}

function tookTooLong(taskId: string, timeoutMs: number, status: string): TimeoutError {
  const text = `The task ${taskId} has not ended within ${timeoutMs} ms; the service says "${status}". It goes on: wait for it again by its id, or raise timeoutMs.`;
  return new TimeoutError({ phase: "wait", timeoutMs, taskId }, text);
}
