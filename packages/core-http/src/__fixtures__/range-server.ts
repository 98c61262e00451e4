import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a server does otherwise with one request. */
export interface RangeFault {
  /** Answers so, with this text. */
  readonly status?: number;
  readonly text?: string;
  /** Added to its own; an empty one takes one away. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Without a length. */
  readonly chunked?: boolean;
  /** The body ends so, after so many bytes. */
  readonly cutAfter?: number;
  /** No byte follows so many, and the connection stays. */
  readonly stallAfter?: number;
  readonly ignoresRange?: boolean;
  readonly shiftBy?: number;
  /** A part brings no more than this. */
  readonly partBytes?: number;
  readonly bytesPerSecond?: number;
}

/** One request as a test sees it. */
export interface RangeRequest {
  /** From 1. */
  readonly number: number;
  readonly path: string;
  readonly range: string | undefined;
  /** The first byte that was asked for. */
  readonly from: number;
  /** Behind the last. */
  readonly end: number;
  readonly ifMatch: string | undefined;
  /** How many are being answered, this one included. */
  readonly atOnce: number;
}

export interface RangeServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly RangeRequest[];
  readonly sockets: ReadonlySet<Socket>;
  /** Of bodies, handed to connections. */
  sentBytes(): number;
  /** The object; may be replaced. */
  object: { readonly body: Buffer; readonly etag: string };
}

const pieceBytes = 64 * 1024;

/** A server of one object, each answer at its own pace, with what goes wrong told by request. */
export async function startRangeServer(
  body: Buffer,
  options: {
    readonly bytesPerSecond?: number;
    readonly fault?: (request: RangeRequest, server: RangeServer) => RangeFault | undefined | false;
  } = {},
): Promise<RangeServer> {
  const requests: RangeRequest[] = [];
  const sockets = new Set<Socket>();
  let answering = 0;
  let sent = 0;
  const server = createServer((message, response) => {
    answering++;
    response.on("close", () => answering--);
    const request = read(message, requests.length + 1, state.object.body.length, answering);
    requests.push(request);
    const fault = options.fault?.(request, state) || {};
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const pace = fault.bytesPerSecond ?? options.bytesPerSecond ?? 64 * 1024 * 1024;
    answer(request, response, state.object, fault, pace, gone.signal, (bytes) => {
      sent += bytes;
    }).catch((error: unknown) => {
      if (!gone.signal.aborted) throw error;
    });
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const state: RangeServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/object.bin`,
    requests,
    sockets,
    sentBytes: () => sent,
    object: { body, etag: '"version-1"' },
    async [Symbol.asyncDispose]() {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
  return state;
}

function read(
  { headers, url = "" }: IncomingMessage,
  number: number,
  length: number,
  atOnce: number,
): RangeRequest {
  const [, from, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "") ?? [];
  const end = last ? Math.min(length, Number(last) + 1) : length;
  const { range, "if-match": ifMatch } = headers;
  return { number, path: url, range, from: Number(from ?? 0), end, ifMatch, atOnce };
}

async function answer(
  { from, end, range, ifMatch }: RangeRequest,
  response: ServerResponse,
  { body, etag }: RangeServer["object"],
  fault: RangeFault,
  bytesPerSecond: number,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  const { status, headers = {}, shiftBy = 0, partBytes = Number.POSITIVE_INFINITY } = fault;
  if (status !== undefined) return void response.writeHead(status, headers).end(fault.text);
  if (ifMatch !== undefined && ifMatch !== etag) return void response.writeHead(412).end();
  const isPart = range !== undefined && !fault.ignoresRange;
  const start = isPart ? from + shiftBy : 0;
  const stop = isPart ? Math.min(end + shiftBy, start + partBytes, body.length) : body.length;
  const about = isPart ? { "content-range": `bytes ${start}-${stop - 1}/${body.length}` } : {};
  const length = fault.chunked ? {} : { "content-length": String(stop - start) };
  const all = Object.entries({ etag, ...length, ...about, ...headers }).filter(([, value]) => value !== "");
  response.writeHead(isPart ? 206 : 200, Object.fromEntries(all));
  response.flushHeaders();
  const ends = Math.min(stop, start + (fault.cutAfter ?? fault.stallAfter ?? Number.POSITIVE_INFINITY));
  const startedAt = performance.now();
  for (let at = start; at < ends; ) {
    const due = start + Math.ceil(((performance.now() - startedAt) / 1000) * bytesPerSecond);
    for (; at < Math.min(due, ends); at += pieceBytes) {
      const piece = body.subarray(at, Math.min(at + pieceBytes, ends));
      onSent(piece.length);
      if (!response.write(piece)) await once(response, "drain", { signal });
    }
    await sleep(5, undefined, { signal });
  }
  if (fault.cutAfter !== undefined) response.destroy();
  else if (fault.stallAfter === undefined) response.end();
}
