import { type CheckedOptions, checkInput } from "./check-input.ts";
import { TimeoutError } from "./errors.ts";
import type { RetryOptions } from "./retry.ts";

/** How to make one call: the second argument of every method that calls a service. */
export interface CallOptions {
  /** Ends the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Limit for the whole call, retries included, in milliseconds. Default: none but those of the single tries. */
  readonly timeoutMs?: number | undefined;
  /** In place of the client's own. */
  readonly retry?: RetryOptions | false | undefined;
}

const rules: CheckedOptions = {
  signal: { type: "object" },
  timeoutMs: { type: "integer", min: 1, max: 2 ** 31 - 1 },
  retry: { type: "object", orFalse: true },
};

/** Runs one call within its time limit. */
export async function withDeadline<Result>(
  options: CallOptions,
  run: (signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result> {
  checkInput(rules, options);
  const { signal, timeoutMs } = options;
  if (timeoutMs === undefined) return run(signal);
  const deadline = new AbortController();
  const text = `The call did not end within ${timeoutMs} ms. Raise timeoutMs, or try again later.`;
  const timer = setTimeout(
    () => deadline.abort(new TimeoutError({ phase: "headers", timeoutMs }, text)),
    timeoutMs,
  );
  try {
    return await run(signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}
