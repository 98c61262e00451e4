import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { textAnswer } from "./answers.ts";
import type { FaultRule } from "./faults.ts";
import type { OpenRecord } from "./request-log.ts";
import type { Wire } from "./route.ts";
import { send } from "./send.ts";

/** What the server asks for each request. */
export interface ServerCallbacks {
  answer(request: Request, wire: Wire): Promise<Response>;
  /** The fault that strikes the request `METHOD /path?query`. */
  fault(line: string): FaultRule | undefined;
  /** Called when the request is there; the record goes on changing until it is answered. */
  onRequest(record: OpenRecord): void;
  /** Called when the connection is done with the request. */
  onEnd(record: OpenRecord): void;
}

/** A server that listens. */
export interface RunningServer {
  /** Its origin, without a slash at the end. */
  readonly url: string;
  /** Ends every connection, and resolves when the port is free. */
  close(): Promise<void>;
}

/** Serves web requests over node:http. */
export async function serve(
  at: { readonly host: string; readonly port: number },
  callbacks: ServerCallbacks,
): Promise<RunningServer> {
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing, callbacks));
  // Longer than any test waits between two requests, so that a kept connection is never closed under a client's hands.
  server.keepAliveTimeout = 60_000;
  server.listen(at.port, at.host);
  await once(server, "listening");
  const { address, port, family } = server.address() as AddressInfo;
  let closed: Promise<unknown> | undefined;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    async close() {
      closed ??= once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}

async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  callbacks: ServerCallbacks,
): Promise<void> {
  const gone = new AbortController();
  const record = recordOf(incoming);
  outgoing.on("close", () => {
    gone.abort();
    record.completed = outgoing.writableFinished;
    callbacks.onEnd(record);
  });
  // A client that breaks off is no fault of the emulator; `gone` tells all who wait.
  outgoing.on("error", () => gone.abort());
  callbacks.onRequest(record);
  const { signal } = gone;
  const fault = callbacks.fault(`${record.method} ${record.path}`) ?? {};
  try {
    if (fault.drop === "before") return void incoming.socket.destroy();
    const response = fault.answer
      ? faultAnswer(fault.answer)
      : await callbacks.answer(...requestOf(incoming, record, signal));
    if (fault.drop === "after") {
      await response.body?.cancel();
      return void incoming.socket.destroy();
    }
    await send(response, outgoing, { fault, record, signal });
  } catch (error) {
    if (signal.aborted) return;
    record.failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (outgoing.headersSent) return void incoming.socket.destroy();
    outgoing.writeHead(500, { "content-type": "text/plain" }).end(`The emulator failed: ${record.failure}\n`);
  }
}

function recordOf(incoming: IncomingMessage): OpenRecord {
  return {
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    headers: Object.fromEntries(headersOf(incoming)),
    at: new Date(),
    status: undefined,
    bytesSent: 0,
    completed: false,
  };
}

/** A header that came several times is there with all its values. */
function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  return headers;
}

/** The body goes by the wire alone: a GET may bring one, which `Request` refuses to hold. */
function requestOf(incoming: IncomingMessage, record: OpenRecord, signal: AbortSignal): [Request, Wire] {
  const { localAddress, localPort, remoteAddress } = incoming.socket;
  const origin = `http://${incoming.headers.host ?? `${localAddress}:${localPort}`}`;
  const url = record.path.startsWith("/") ? `${origin}${record.path}` : record.path;
  let body: Promise<Uint8Array> | undefined;
  const wire: Wire = {
    url,
    loopback: /^(::1|(::ffff:)?127\.[\d.]+)$/.test(remoteAddress ?? ""),
    body: () => (body ??= readAll(incoming)),
  };
  return [new Request(url, { method: record.method, headers: headersOf(incoming), signal }), wire];
}

async function readAll(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function faultAnswer({ status, headers = {}, body = "" }: NonNullable<FaultRule["answer"]>): Response {
  if (status === 204 || status === 304) return new Response(null, { status, headers });
  return textAnswer(status, "application/json", body, headers);
}
