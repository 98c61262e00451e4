import { describe, expect, it } from "vitest";
import {
  createLogger,
  ExportFailedError,
  ServiceError,
  type TaskStatus,
  type TaskVerdict,
  TimeoutError,
  type WaitOptions,
  waitForTask,
} from "./index.ts";

type Answer = TaskVerdict | ServiceError | undefined;

/** Waits for a task that answers so, the last answer for ever. */
async function waitThrough(answers: readonly Answer[], options: WaitOptions = {}) {
  let asked = 0;
  const statuses: TaskStatus[] = [];
  const result = await waitForTask<TaskVerdict>(
    {
      taskId: "t-1",
      logger: createLogger(undefined),
      async ask() {
        const answer = answers[Math.min(asked++, answers.length - 1)];
        if (ServiceError.isInstance(answer)) throw answer;
        return answer;
      },
      judge: (answer) => answer,
    },
    { pollIntervalMs: 1, onStatus: (status) => statuses.push(status), ...options },
  ).catch((error: unknown) => error);
  return { result, asked, statuses };
}

const running: TaskVerdict = { state: "running", status: "Processing", progressPercent: 20 };
const done: TaskVerdict = { state: "succeeded", status: "Success" };
const busy = new ServiceError({ kind: "server", status: 503, operation: "Show", retryable: true }, "Busy.");
const denied = new ServiceError(
  { kind: "forbidden", status: 403, operation: "Show", retryable: false },
  "No.",
);

describe("waitForTask", () => {
  it("[HTTP-98] asks until the task has ended, and tells of each answer", async () => {
    const { result, statuses } = await waitThrough([undefined, running, running, done]);
    expect(result).toBe(done);
    expect(statuses.map(({ status, progressPercent }) => [status, progressPercent])).toEqual([
      ["not known yet", undefined],
      ["Processing", 20],
      ["Processing", 20],
      ["Success", undefined],
    ]);
  });

  it("[HTTP-98] rejects with all that the service says of a failure", async () => {
    const { result } = await waitThrough([
      running,
      { state: "failed", status: "FAILED", reason: "app-1: no such app" },
    ]);
    expect(ExportFailedError.isInstance(result)).toBe(true);
    expect(result).toMatchObject({ taskId: "t-1", reason: "app-1: no such app" });
    expect((result as Error).message).toContain("app-1: no such app");
  });

  it("[HTTP-98] ends at its limit with the id by which the wait can be taken up", async () => {
    const { result } = await waitThrough([running], { timeoutMs: 30 });
    expect(TimeoutError.isInstance(result)).toBe(true);
    expect(result).toMatchObject({ code: "TIMEOUT_WAIT", taskId: "t-1", timeoutMs: 30 });
  });

  it("[HTTP-98] outlives an outage, but not a refusal, and no outage without end", async () => {
    expect((await waitThrough([busy, busy, running, busy, busy, busy, busy, busy, done])).result).toBe(done);
    expect(await waitThrough([running, denied])).toMatchObject({ result: denied, asked: 2 });
    expect(await waitThrough([busy])).toMatchObject({ result: busy, asked: 6 });
  });

  it("[HTTP-98] ends with the signal's reason, in the middle of a wait", async () => {
    const ending = new AbortController();
    const reason = new Error("enough");
    const options = { signal: ending.signal, pollIntervalMs: 60_000, onStatus: () => ending.abort(reason) };
    expect(await waitThrough([running], options)).toMatchObject({ result: reason, asked: 1 });
  });

  it("[HTTP-98] does not ask when it was ended before, and ends with that reason whatever the question then ends with", async () => {
    const aborted = { signal: AbortSignal.abort("enough") };
    expect(await waitThrough([done], aborted)).toMatchObject({ result: "enough", asked: 0 });
    const ending = new AbortController();
    const ask = (): Promise<TaskVerdict> => {
      ending.abort("enough");
      return Promise.reject(denied);
    };
    const task = {
      taskId: "t-1",
      logger: createLogger(undefined),
      ask,
      judge: (answer: TaskVerdict) => answer,
    };
    await expect(waitForTask(task, { signal: ending.signal })).rejects.toBe("enough");
  });

  it("refuses options that are wrong before it asks", async () => {
    expect(await waitThrough([done], { pollIntervalMs: 0 })).toMatchObject({
      asked: 0,
      result: { option: "pollIntervalMs" },
    });
  });
});
