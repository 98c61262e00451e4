import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What this server answers to one request for the file. What is left out is done as a good server does it. */
export interface ComparedAnswer {
  readonly body: Buffer;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Default 200, and 206 for a range. Any other is sent without validators, whatever was asked. */
  readonly status?: number | undefined;
  /** Ends the connection after so many bytes of this answer; `stall` leaves it open and says no more. */
  readonly cut?: { readonly after: number; readonly by: "rst" | "fin" | "stall" } | undefined;
  /** The length is not told. */
  readonly isChunked?: boolean | undefined;
  readonly ignoresRange?: boolean | undefined;
  /** How far before the wanted start a part begins. */
  readonly shiftedBy?: number | undefined;
  /** A part is sent whatever the condition. */
  readonly ignoresConditions?: boolean | undefined;
  /** By how much the whole length is wrong in Content-Range. */
  readonly totalOff?: number | undefined;
  /** A part does not say which it is. */
  readonly hidesRange?: boolean | undefined;
  /** The connection ends before any answer. */
  readonly dropped?: "rst" | "fin" | undefined;
}

/** Which answer the request gets that has this number, from 1, and this address. */
export type ComparedScript = (request: number, url: string) => ComparedAnswer;

/** A server on loopback that gives one file, and breaks in one way. */
export interface ComparedServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts a {@link ComparedServer} for one download. */
export async function startComparedServer(script: ComparedScript): Promise<ComparedServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    respond(request, response, script(++requests, request.url ?? "")).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

async function respond(
  { headers }: IncomingMessage,
  response: ServerResponse,
  answer: ComparedAnswer,
): Promise<void> {
  const { body, etag, lastModified, status } = answer;
  if (answer.dropped === "rst") return void response.socket?.resetAndDestroy();
  if (answer.dropped === "fin") return void response.socket?.end();
  if (status !== undefined) return void response.writeHead(status, answer.headers).end(body);
  const { "if-match": ifMatch, "if-unmodified-since": since } = headers;
  const isOther = (ifMatch && ifMatch !== etag) || (since && since !== lastModified);
  if (isOther && !answer.ignoresConditions) return void response.writeHead(412).end();
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(answer.ignoresRange ? "" : (headers.range ?? "")) ?? [];
  if (first && Number(first) >= body.length)
    return void response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
  const start = first ? Number(first) - (Number(first) && (answer.shiftedBy ?? 0)) : 0;
  const end = last ? Math.min(Number(last) + 1, body.length) : body.length;
  response.writeHead(first ? 206 : 200, {
    "content-type": "application/octet-stream",
    ...(etag && { etag }),
    ...(lastModified && { "last-modified": lastModified }),
    ...(first &&
      !answer.hidesRange && {
        "content-range": `bytes ${start}-${end - 1}/${body.length + (answer.totalOff ?? 0)}`,
      }),
    ...(answer.isChunked ? {} : { "content-length": end - start }),
    ...answer.headers,
  });
  await send(response, body.subarray(start, end), answer.cut);
}

/** Time for the client to read what it was sent: a reset takes from it what it has not. */
const readingMs = 100;

async function send(response: ServerResponse, part: Buffer, cut: ComparedAnswer["cut"]): Promise<void> {
  if (!cut || cut.after >= part.length) return void response.end(part);
  const { socket } = response;
  response.flushHeaders();
  await new Promise((resolve) => response.write(part.subarray(0, cut.after), resolve));
  await sleep(readingMs);
  if (cut.by === "rst") socket?.resetAndDestroy();
  if (cut.by === "fin") socket?.end();
}
