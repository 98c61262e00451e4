import type { ResponseBody } from "./transport.ts";

/** How a body queue holds its connection. */
export interface BodyFlow {
  pause(): void;
  resume(): void;
  /** Everything that came is being handed out; the memory of what was handed out before may be written to again. */
  handOut(): void;
  /** The reader has let go of what was handed out. */
  takeBack(): void;
  /** Closes the connection; `fail` is called in its wake. */
  abort(): void;
}

/** Beyond so many unread bytes the connection is paused, until the reader takes them. */
const highWaterBytes = 1024 * 1024;

/** The most that a reader can wait for: well below the mark above, where nothing more would come. */
const maxWantedBytes = 512 * 1024;

/** How long bytes wait for company when the reader asked for more than are at hand. */
const gatherMs = 100;

/** What stands between a connection that pushes and a reader that pulls: a queue with a bound. */
export interface BodyQueue extends ResponseBody {
  push(chunk: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
}

/** A {@link BodyQueue} over one connection. */
export function createBodyQueue(flow: BodyFlow): BodyQueue {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let paused = false;
  let outcome: { readonly error?: unknown } | undefined;
  let wanted = 1;
  let waiting: PromiseWithResolvers | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let closed: PromiseWithResolvers | undefined;

  function take(): readonly Uint8Array[] {
    const taken = joinNeighbours(chunks);
    chunks = [];
    bytes = 0;
    flow.handOut();
    if (paused && !outcome) {
      paused = false;
      flow.resume();
    }
    return taken;
  }

  function settle(): void {
    if (!waiting) return;
    clearTimeout(gathering);
    gathering = undefined;
    const reader = waiting;
    waiting = undefined;
    // What arrived before a break is handed out first: it may be all that is left of a file that comes only once.
    if (bytes > 0) reader.resolve(take());
    else if (outcome && "error" in outcome) reader.reject(outcome.error);
    else reader.resolve(undefined);
  }

  function finish(how: { readonly error?: unknown }): void {
    outcome ??= how;
    settle();
    closed?.resolve(undefined);
  }

  return {
    push(chunk) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= highWaterBytes && !paused) {
        paused = true;
        flow.pause();
      }
      if (bytes >= wanted) settle();
      else if (waiting) gathering ??= setTimeout(settle, gatherMs);
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    read(wantedBytes = 1) {
      flow.takeBack();
      wanted = Math.min(wantedBytes, maxWantedBytes);
      waiting = withResolvers();
      const result = waiting.promise;
      if (bytes >= wanted || outcome) settle();
      else if (bytes > 0) gathering = setTimeout(settle, gatherMs);
      return result;
    },
    async cancel() {
      chunks = [];
      bytes = 0;
      if (outcome) return;
      clearTimeout(gathering); // it would tell a reader that waits of an end
      closed ??= withResolvers();
      flow.abort();
      await closed.promise;
    },
  };
}

/** TLS brings records of 16 KiB, side by side in one memory: whoever sums, hashes and writes them pays for each piece. */
function joinNeighbours(chunks: readonly Uint8Array[]): readonly Uint8Array[] {
  const joined: Uint8Array[] = [];
  for (const chunk of chunks) {
    const last = joined.at(-1);
    const isNeighbour =
      last?.buffer === chunk.buffer && last.byteOffset + last.byteLength === chunk.byteOffset;
    if (!isNeighbour) joined.push(chunk);
    else
      joined[joined.length - 1] = new Uint8Array(
        last.buffer,
        last.byteOffset,
        last.byteLength + chunk.byteLength,
      );
  }
  return joined;
}

interface PromiseWithResolvers {
  readonly promise: Promise<readonly Uint8Array[] | undefined>;
  resolve(value: readonly Uint8Array[] | undefined): void;
  reject(error: unknown): void;
}

/** `Promise.withResolvers` came with Node 22. */
function withResolvers(): PromiseWithResolvers {
  let resolve!: PromiseWithResolvers["resolve"];
  let reject!: PromiseWithResolvers["reject"];
  const promise = new Promise<readonly Uint8Array[] | undefined>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
