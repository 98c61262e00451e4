import { expect, it, vi } from "vitest";
import { stepWait } from "./export-wait.ts";

it("[HTTP-92] the status of a task is told to the caller and to the engine, and the step's signal ends the wait", () => {
  const { signal } = new AbortController();
  const [caller, engine] = [vi.fn(), vi.fn()];
  const wait = stepWait({ timeoutMs: 5, pollIntervalMs: 2, onStatus: caller }, { signal, onStatus: engine });
  expect(wait).toMatchObject({ timeoutMs: 5, pollIntervalMs: 2, signal });
  const status = { taskId: "t", status: "running", elapsedMs: 1 };
  wait.onStatus?.(status);
  stepWait({}, { signal, onStatus: engine }).onStatus?.(status);
  expect(caller.mock.calls).toEqual([[status]]);
  expect(engine.mock.calls).toEqual([[status], [status]]);
});
