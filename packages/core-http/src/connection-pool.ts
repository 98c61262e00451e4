import type { Dispatcher } from "undici";
import { ConfigurationError } from "./errors.ts";
import type { TlsOptions } from "./transport.ts";

/** How connections are made. */
export interface ConnectionOptions {
  readonly connectMs: number;
  readonly proxy: string | false | undefined;
  readonly tls: TlsOptions | undefined;
}

/** One connection that a request has for itself. */
export interface Connection {
  readonly dispatcher: Dispatcher;
  /** Its exchange is over and in order: another request may use it. */
  release(): void;
  /** Something is wrong, or the rest is not wanted: closes it. Resolves when it is closed. */
  destroy(): Promise<void>;
}

/** Connections by origin. */
export interface ConnectionPool {
  take(origin: string, options: { readonly fresh: boolean }): Promise<Connection>;
  /** Closes the idle ones; the others are closed at the end of what they are doing. */
  close(): Promise<void>;
}

/**
 * A pool of undici dispatchers of one connection each. undici's own pool opens a further connection whenever a request is
 * aborted, and whenever one follows another at once; this one does neither, and can say when a connection is closed.
 * Idle connections end by themselves after undici's keep-alive time (4 s) and keep no process alive.
 */
export function createConnectionPool(options: ConnectionOptions): ConnectionPool {
  const idle = new Map<string, Dispatcher[]>();
  let closed = false;
  return {
    async take(origin, { fresh }) {
      const dispatcher =
        (fresh ? undefined : idle.get(origin)?.pop()) ?? (await createDispatcher(origin, options));
      return {
        dispatcher,
        release() {
          const waiting = idle.get(origin) ?? [];
          if (closed || fresh) void dispatcher.close();
          else idle.set(origin, [...waiting, dispatcher]);
        },
        destroy: () => dispatcher.destroy(),
      };
    },
    async close() {
      closed = true;
      const dispatchers = [...idle.values()].flat();
      idle.clear();
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.close()));
    },
  };
}

async function createDispatcher(
  origin: string,
  { connectMs, proxy, tls }: ConnectionOptions,
): Promise<Dispatcher> {
  const { Client, EnvHttpProxyAgent } = await import("undici");
  const ca = tls?.ca;
  const connect = {
    timeout: connectMs,
    ...(ca === undefined ? {} : { ca: typeof ca === "string" ? ca : [...ca] }),
  };
  const settings = { allowH2: false, pipelining: 1, headersTimeout: 0, bodyTimeout: 0, connect };
  if (!mayBeProxied(proxy)) return new Client(origin, settings);
  if (!proxy) checkProxies();
  const exceptions = process.env.no_proxy ?? process.env.NO_PROXY;
  return new EnvHttpProxyAgent({
    ...settings,
    connections: 1,
    requestTls: connect,
    proxyTls: connect,
    proxyTunnel: false, // plain HTTP is forwarded, as every other client does: few proxies allow CONNECT to port 80
    ...(proxy ? { httpProxy: proxy, httpsProxy: proxy } : {}),
    noProxy: proxy
      ? ""
      : [exceptions, "localhost", "127.0.0.1", "[::1]", "169.254.169.254"].filter(Boolean).join(","),
  });
}

/** undici names a malformed proxy in its error, password and all. */
function checkProxies(): void {
  for (const name of ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"]) {
    const proxy = process.env[name];
    if (proxy && !URL.canParse(proxy))
      throw new ConfigurationError(name, `${name} must be a URL such as http://proxy.example:3128.`);
  }
}

function mayBeProxied(proxy: string | false | undefined): boolean {
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY } = process.env;
  return proxy === false ? false : Boolean(proxy || http_proxy || HTTP_PROXY || https_proxy || HTTPS_PROXY);
}
