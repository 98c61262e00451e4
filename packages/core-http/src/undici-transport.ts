import type { Dispatcher } from "undici";
import { type BodyQueue, createBodyQueue } from "./body-queue.ts";
import { checkInput } from "./check-input.ts";
import { connectionError } from "./connection-errors.ts";
import { type Connection, createConnectionPool } from "./connection-pool.ts";
import { ConfigurationError, type RequestPhase, TimeoutError } from "./errors.ts";
import type { HttpRequest, HttpResponse, TimeoutOptions, TlsOptions, Transport } from "./transport.ts";

/** Options of {@link createTransport}. */
export interface CreateTransportOptions {
  /**
   * The proxy's URL, with `user:password@` where it asks for them; `false` for none. Default: what the environment says
   * in `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` (loopback addresses never go through the environment's proxy).
   */
  readonly proxy?: string | false | undefined;
  readonly tls?: TlsOptions | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
}

const defaultTimeouts = { connectMs: 10_000, headersMs: 30_000 };

/**
 * The transport that everything uses unless given another: HTTP/1.1 over connections that are used again. Nothing is
 * loaded, and no connection is made, before the first request.
 *
 * @throws ConfigurationError when an option is wrong
 */
export function createTransport(options: CreateTransportOptions = {}): Transport {
  checkInput({ proxy: { orFalse: true }, tls: { type: "object" }, timeouts: { type: "object" } }, options);
  if (options.proxy && !URL.canParse(options.proxy)) {
    throw new ConfigurationError("proxy", "proxy must be a URL such as http://proxy.example:3128.");
  }
  const { proxy, tls, timeouts } = options;
  const connectMs = timeouts?.connectMs ?? defaultTimeouts.connectMs;
  const headersMs = timeouts?.headersMs ?? defaultTimeouts.headersMs;
  const pool = createConnectionPool({ connectMs, proxy, tls });
  return {
    async send(request, { signal, headersTimeoutMs = headersMs, freshConnection = false } = {}) {
      signal?.throwIfAborted();
      const [origin, path] = splitUrl(request.url);
      const connection = await pool.take(origin, { fresh: freshConnection });
      return dispatch(connection, origin, { ...request, path }, signal, {
        connectMs,
        headersMs: headersTimeoutMs,
      });
    },
    close: () => pool.close(),
  };
}

/** Sends one request over a connection of its own. The promise settles when headers, or a failure, are there. */
function dispatch(
  connection: Connection,
  origin: string,
  request: Omit<HttpRequest, "url"> & { readonly path: string },
  signal: AbortSignal | undefined,
  { connectMs, headersMs }: { readonly connectMs: number; readonly headersMs: number },
): Promise<HttpResponse> {
  let phase: RequestPhase = "connect";
  let queue: BodyQueue | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  return new Promise((resolve, reject) => {
    const finish = (): void => {
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const fail = (reason: unknown): void => {
      if (isOver) return;
      finish();
      // The failure is told only when the connection is closed: whoever hears of it may end the process.
      void connection.destroy().then(() => (queue ? queue.fail(reason) : reject(reason)));
    };
    const onAbort = (): void => fail(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) return onAbort();

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {
        phase = "headers";
        timer = setTimeout(() => {
          const text = `No answer from ${origin} within ${headersMs} ms. Try again, or raise timeouts.headersMs.`;
          fail(new TimeoutError({ phase: "headers", timeoutMs: headersMs }, text));
        }, headersMs);
      },
      onResponseStart(controller, status, headers) {
        if (status < 200 || isOver) return; // an interim answer: the real one follows
        clearTimeout(timer);
        phase = "body";
        queue = createBodyQueue({
          pause: () => controller.pause(),
          resume: () => controller.resume(),
          abort: () => fail(new Error("The body was cancelled.")),
        });
        resolve({ status, headers: joinValues(headers), body: queue });
      },
      onResponseData: (_, chunk) => queue?.push(chunk),
      onResponseEnd() {
        if (isOver) return;
        finish();
        connection.release();
        queue?.end();
      },
      onResponseError: (_, error) => fail(connectionError(error, phase, origin, { connectMs })),
    };
    const { path, method, headers, body = null } = request;
    connection.dispatcher.dispatch(
      { origin, path, method: method as Dispatcher.HttpMethod, headers: { ...headers }, body },
      handler,
    );
  });
}

/** Cuts the URL where its path begins and changes nothing in it. */
function splitUrl(url: string): [origin: string, path: string] {
  const [, origin, path] = /^(https?:\/\/[^/?#]+)([^#]*)/i.exec(url) ?? [];
  if (!origin) throw new ConfigurationError("url", "The URL must begin with https:// or http://.");
  return [origin, path?.startsWith("/") ? path : `/${path ?? ""}`];
}

function joinValues(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return joined;
}
