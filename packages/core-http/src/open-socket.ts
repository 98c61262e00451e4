import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { TransportError } from "./errors.ts";
import { type ProxyServer, proxyFor } from "./proxy.ts";
import { AnswerFault, createResponseParser } from "./response-parser.ts";
import type { TlsOptions } from "./transport.ts";

/** How connections are made. */
export interface ConnectionOptions {
  readonly connectMs: number;
  /** The proxy's URL, `false` for none, `undefined` for the environment's. */
  readonly proxy: string | false | undefined;
  readonly tls: TlsOptions | undefined;
}

/** A socket on its way, and what it needs to be ready for requests. */
export interface OpeningSocket {
  /** Of a plain request by way of a proxy: that proxy, which wants whole URLs. */
  readonly forwardingProxy: ProxyServer | undefined;
  /** To be destroyed to give the connection up, at any time. */
  current(): Socket;
  readonly ready: Promise<Socket>;
}

/**
 * Opens the way to an origin: TCP, a proxy's tunnel, TLS. Bytes are read into `onread`'s memory where the socket can do
 * that; over a tunnel they come as `data` events.
 */
export function openSocket(origin: URL, options: ConnectionOptions, onread: OnReadOpts): OpeningSocket {
  const proxy = proxyFor(origin, options.proxy);
  const isSecure = origin.protocol === "https:";
  let socket: Socket;
  if (!proxy || !isSecure) {
    socket = dial(proxy?.url ?? origin, options.tls, onread);
    return { forwardingProxy: proxy, current: () => socket, ready: untilReady(socket) };
  }
  socket = dial(proxy.url, options.tls);
  const throughTunnel = async (): Promise<Socket> => {
    await untilReady(socket);
    await openTunnel(socket, origin, proxy);
    socket = connectTls({ socket, ...tlsSettings(origin, options.tls) });
    return untilReady(socket);
  };
  return { forwardingProxy: undefined, current: () => socket, ready: throughTunnel() };
}

function dial(url: URL, tls: TlsOptions | undefined, onread?: OnReadOpts): Socket {
  const host = hostOf(url);
  const isSecure = url.protocol === "https:";
  const port = Number(url.port || (isSecure ? 443 : 80));
  // TCP's own keep-alive: a gateway between forgets a connection that says nothing while we wait for the reader.
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: 60_000 };
  // And no delay: the end of a request does not wait until its beginning is acknowledged.
  const address = { host, port, noDelay: true, ...keepAlive, ...(onread && { onread }) };
  return isSecure ? connectTls({ ...address, ...tlsSettings(url, tls) }) : connectTcp(address);
}

function tlsSettings(url: URL, tls: TlsOptions | undefined) {
  const host = hostOf(url);
  const { ca } = tls ?? {};
  return {
    host,
    ALPNProtocols: ["http/1.1"],
    ...(isIP(host) === 0 && { servername: host }), // RFC 6066 knows no addresses there
    ...(ca !== undefined && { ca: typeof ca === "string" ? ca : [...ca] }),
  };
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

function untilReady(socket: Socket): Promise<Socket> {
  const event = "encrypted" in socket ? "secureConnect" : "connect";
  return untilSettled(socket, "it was closed at once", (resolve) => {
    socket.once(event, () => resolve(socket));
  });
}

/** Asks the proxy for a tunnel, over which TLS begins. */
async function openTunnel(socket: Socket, { hostname, port }: URL, proxy: ProxyServer): Promise<void> {
  const target = `${hostname}:${port || 443}`;
  const authorization = proxy.authorization ? `proxy-authorization: ${proxy.authorization}\r\n` : "";
  const status = await untilSettled<number>(socket, "the proxy closed it", (resolve, reject) => {
    const parser = createResponseParser("CONNECT", {
      onHead: (head) => resolve(head.status),
      onBody() {},
      onEnd() {},
    });
    // Once TLS has begun, it takes all that comes: nothing more is told here.
    socket.on("data", (bytes) => {
      try {
        parser.feed(bytes);
      } catch (error) {
        reject(error);
      }
    });
    socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${authorization}\r\n`);
  });
  if (status < 300) return;
  if (status === 407) throw refusedByProxy(proxy.url, target);
  const text = `The proxy ${proxy.url.host} refused a tunnel to ${target}: it answered ${status}. Check the proxy.`;
  // A proxy that answers 502, 503 or 504 has let us in, and has not reached the host: that may pass.
  throw new TransportError(status >= 500 ? "CONNECTION_REFUSED" : "PROXY", "connect", text);
}

/** The proxy wants a name and a password, or others than it was given. */
export function refusedByProxy(proxy: URL, target: string): TransportError {
  const text = `The proxy ${proxy.host} refused the way to ${target}: its name or password is missing or wrong. Check the proxy's address, name and password.`;
  return new TransportError("PROXY", "connect", text);
}

/** Runs one step of the way, which the end of the socket ends. */
function untilSettled<Result>(
  socket: Socket,
  ending: string,
  begin: (resolve: (result: Result) => void, reject: (reason: unknown) => void) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    // They stay when the step is done: an error without a listener would end the process.
    socket.once("error", reject).once("close", () => reject(new AnswerFault("CONNECTION_LOST", ending)));
    begin(resolve, reject);
  });
}
