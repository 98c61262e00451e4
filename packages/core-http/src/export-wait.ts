import type { CheckedOptions } from "./check-input.ts";
import type { ExportStepOptions } from "./export-job.ts";
import { type TaskStatus, type WaitOptions, waitRules } from "./wait-for-task.ts";

/** How a whole job waits: as {@link WaitOptions} say, less the signal, which each use of its plan has for itself. */
export interface ExportWaitOptions extends Omit<WaitOptions, "signal"> {}

const { signal: _, ...rules } = waitRules as CheckedOptions & { readonly signal: object };

/** The rules of {@link ExportWaitOptions}. */
export const exportWaitRules: CheckedOptions = rules;

/** How one step of a job waits: it tells the caller and the engine alike. */
export function stepWait(
  { timeoutMs, pollIntervalMs, onStatus }: ExportWaitOptions,
  step: ExportStepOptions,
): WaitOptions {
  return {
    timeoutMs,
    pollIntervalMs,
    signal: step.signal,
    onStatus(status: TaskStatus) {
      onStatus?.(status);
      step.onStatus(status);
    },
  };
}
