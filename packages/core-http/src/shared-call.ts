interface Running<Value> {
  readonly result: Promise<Value>;
  readonly controller: AbortController;
  callers: number;
}

/**
 * One call at a time, however many ask for its result. A caller who gives up leaves it running for the others; the
 * last one to leave ends it, so that nothing goes on behind everyone's back.
 */
export function createSharedCall<Value, Argument>(
  run: (argument: Argument, signal: AbortSignal) => Promise<Value>,
): (argument: Argument, signal: AbortSignal | undefined) => Promise<Value> {
  let running: Running<Value> | undefined;

  function start(argument: Argument): Running<Value> {
    const controller = new AbortController();
    const result = run(argument, controller.signal);
    const started: Running<Value> = { result, controller, callers: 0 };
    const end = (): void => {
      if (running === started) running = undefined;
    };
    result.then(end, end);
    return started;
  }

  return async (argument, signal) => {
    signal?.throwIfAborted();
    running ??= start(argument);
    const joined = running;
    joined.callers++;
    try {
      return await untilAborted(joined.result, signal);
    } finally {
      joined.callers--;
      if (joined.callers === 0 && running === joined) {
        running = undefined; // whoever comes now must not wait for what is being ended
        joined.controller.abort();
      }
    }
  };
}

/** The result, or a rejection with the signal's own reason, whichever comes first. */
async function untilAborted<Value>(result: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return result;
  signal.throwIfAborted(); // while the call was started: the event is over then
  let onAbort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
