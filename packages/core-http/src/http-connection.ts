import type { Socket } from "node:net";
import { type BodyQueue, createBodyQueue } from "./body-queue.ts";
import { connectionError } from "./connection-errors.ts";
import { type RequestPhase, TimeoutError } from "./errors.ts";
import { type ConnectionOptions, type OpeningSocket, openSocket, refusedByProxy } from "./open-socket.ts";
import { createReadMemory } from "./read-memory.ts";
import { AnswerFault, createResponseParser, type ResponseParser } from "./response-parser.ts";
import type { HttpRequest, HttpResponse } from "./transport.ts";
import { writeRequest } from "./write-request.ts";

/** One connection to an origin, with one exchange at a time. */
export interface HttpConnection {
  /** Sends a request; resolves when the headers of its answer are there. `onOver` is called once all of the answer is. */
  send(request: HttpRequest, options: ExchangeOptions): Promise<HttpResponse>;
  /** Whether another request may follow. */
  isReusable(): boolean;
  /** How long the server keeps it without a request, in milliseconds, where it says so. */
  keepAliveMs(): number | undefined;
  /** Waits for the next request without keeping the process alive; `onClosed` is called when the server ends it. */
  rest(onClosed: () => void): void;
  destroy(): Promise<void>;
}

/** How one exchange is run. */
export interface ExchangeOptions {
  readonly signal: AbortSignal | undefined;
  readonly headersMs: number;
  /** The answer is complete, and the connection can be used again if it {@link HttpConnection.isReusable}. */
  onOver(): void;
}

/** What is under way on a connection. */
interface Exchange {
  readonly parser: ResponseParser;
  fail(reason: unknown): void;
}

/** A connection to `origin`; it is opened by the first request. */
export function createHttpConnection(origin: URL, options: ConnectionOptions): HttpConnection {
  const memory = createReadMemory();
  const { host } = origin;
  let opening: OpeningSocket | undefined;
  let exchange: Exchange | undefined;
  let isClosed = false;
  let isReusable = true;
  let onIdleEnd: () => void = () => {};
  let keepAlive: string | undefined;

  function onBytes(bytes: Uint8Array): void {
    if (!exchange) return void endIdle(); // nobody asked: whatever it is, the next answer must not begin with it
    try {
      exchange.parser.feed(bytes);
    } catch (error) {
      exchange.fail(error);
    }
  }

  function onEnd(cause?: Error): void {
    if (!exchange) {
      endIdle();
      return;
    }
    try {
      if (cause) throw cause;
      exchange.parser.finish();
    } catch (error) {
      exchange.fail(error);
    }
  }

  function endIdle(): void {
    opening?.current().destroy();
    onIdleEnd();
  }

  const onread = {
    buffer: () => memory.region(),
    callback(count: number, buffer: Uint8Array) {
      onBytes(buffer.subarray(0, count));
      // Only now: of these bytes a part may be handed out while the rest waits, and must not be given back with that part.
      memory.took(count);
      return true;
    },
  };

  async function open(signal: AbortSignal | undefined): Promise<Socket> {
    const started = openSocket(origin, options, onread);
    opening = started;
    const timer = setTimeout(() => {
      const text = `No connection to ${host} within ${options.connectMs} ms. Check the network, or raise timeouts.connectMs.`;
      started.current().destroy(new TimeoutError({ phase: "connect", timeoutMs: options.connectMs }, text));
    }, options.connectMs);
    const onAbort = (): void => void started.current().destroy();
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      const socket = await started.ready;
      if (socket.destroyed) throw new AnswerFault("CONNECTION_LOST", "it was closed at once");
      socket.on("data", onBytes); // of a tunnel, which cannot read into our memory
      socket.on("end", () => onEnd()).on("error", onEnd);
      socket.on("close", () => {
        isClosed = true;
        onEnd();
      });
      return socket;
    } catch (error) {
      isClosed = true;
      started.current().destroy();
      signal?.throwIfAborted();
      throw connectionError(error, "connect", host);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async function destroy(): Promise<void> {
    const socket = opening?.current();
    if (!socket || isClosed) return;
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.destroy();
    await closed;
  }

  return {
    async send(request, { signal, headersMs, onOver }) {
      const socket = opening?.current() ?? (await open(signal));
      socket.ref();
      return new Promise((resolve, reject) => {
        let phase: RequestPhase = "headers";
        let queue: BodyQueue | undefined;
        let isOver = false;
        const finish = (): void => {
          isOver = true;
          clearTimeout(timer);
          signal?.removeEventListener("abort", onAbort);
        };
        const fail = (reason: unknown): void => {
          if (isOver) return;
          finish();
          // The failure is told only when the connection is closed: whoever hears of it may end the process.
          const told = signal?.aborted ? signal.reason : connectionError(reason, phase, host);
          void destroy().then(() => (queue ? queue.fail(told) : reject(told)));
        };
        const onAbort = (): void => fail(signal?.reason);
        const timer = setTimeout(() => {
          const text = `No answer from ${origin.origin} within ${headersMs} ms. Try again, or raise timeouts.headersMs.`;
          fail(new TimeoutError({ phase: "headers", timeoutMs: headersMs }, text));
        }, headersMs);
        const parser = createResponseParser(request.method, {
          onHead({ status, headers }) {
            clearTimeout(timer);
            const proxy = opening?.forwardingProxy;
            if (proxy && status === 407) throw refusedByProxy(proxy.url, host);
            phase = "body";
            keepAlive = headers["keep-alive"];
            queue = createBodyQueue({
              pause: () => socket.pause(),
              resume: () => socket.resume(),
              // Once all has come, the memory may be lent to the reader of the next answer.
              handOut: () => isOver || memory.lend(),
              takeBack: () => isOver || memory.giveBack(),
              abort: () => fail(new AnswerFault("CONNECTION_LOST", "the body was cancelled")),
            });
            resolve({ status, headers, body: queue });
          },
          onBody: (chunk) => queue?.push(chunk),
          onEnd() {
            if (isOver) return;
            finish();
            // After what was fed with the end of the answer: it might be more than the answer.
            queueMicrotask(() => {
              isReusable = parser.isReusable();
              exchange = undefined;
              onOver();
              queue?.end();
            });
          },
        });
        exchange = { parser, fail };
        signal?.addEventListener("abort", onAbort, { once: true });
        if (signal?.aborted) return onAbort();
        try {
          writeRequest(socket, request, origin, opening?.forwardingProxy);
        } catch (error) {
          fail(error);
        }
      });
    },
    isReusable: () => isReusable && !isClosed,
    keepAliveMs() {
      const [, seconds] = /timeout=(\d{1,6})/i.exec(keepAlive ?? "") ?? [];
      return seconds === undefined ? undefined : Number(seconds) * 1000;
    },
    rest(onClosed) {
      onIdleEnd = onClosed;
      memory.letGo();
      // The answer may have paused it: unread, the end of the connection would go unseen, and what comes unasked would be
      // taken for the next answer.
      opening?.current().resume().unref();
    },
    destroy,
  };
}
