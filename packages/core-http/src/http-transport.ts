import { checkInput } from "./check-input.ts";
import { ConfigurationError } from "./errors.ts";
import { parseProxy } from "./proxy.ts";
import type { TimeoutOptions, TlsOptions, Transport } from "./transport.ts";

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
  if (options.proxy) parseProxy(options.proxy, "proxy");
  const { proxy, tls, timeouts } = options;
  const connectMs = timeouts?.connectMs ?? defaultTimeouts.connectMs;
  const headersMs = timeouts?.headersMs ?? defaultTimeouts.headersMs;
  const loadPool = async () =>
    (await import("./connection-pool.ts")).createConnectionPool({ connectMs, proxy, tls });
  let loading: ReturnType<typeof loadPool> | undefined;
  return {
    async send(request, { signal, headersTimeoutMs = headersMs, freshConnection: fresh = false } = {}) {
      signal?.throwIfAborted();
      const origin = originOf(request.url);
      loading ??= loadPool();
      const pool = await loading;
      const connection = pool.take(origin, { fresh });
      const onOver = (): void => (fresh ? void connection.destroy() : pool.release(origin, connection));
      return connection.send(request, { signal, headersMs: headersTimeoutMs, onOver });
    },
    async close() {
      await (await loading)?.close();
    },
  };
}

function originOf(url: string): URL {
  const [origin] = /^https?:\/\/[^/?#]+/i.exec(url) ?? [];
  if (!origin || !URL.canParse(origin))
    throw new ConfigurationError("url", "The URL must begin with https:// or http://, and a host.");
  return new URL(origin);
}
