import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What was asked for under one path. */
export interface Fetched {
  readonly requests: number;
  /** Bytes of bodies handed to connections. */
  readonly bytes: number;
}

/** A server that gives the same file under every path, at a set pace, and counts. */
export interface PacedServer {
  readonly url: string;
  /** What was asked for under `path` so far. */
  fetched(path: string): Fetched;
  close(): Promise<void>;
}

const pieceBytes = 64 * 1024;
const etag = '"the-only-version"';

/** Starts one on a free loopback port. */
export async function startPacedServer(file: Buffer, bytesPerSecond: number): Promise<PacedServer> {
  const counts = new Map<string, { requests: number; bytes: number }>();
  const server = createServer((request, response) => {
    const count = counts.get(request.url ?? "") ?? { requests: 0, bytes: 0 };
    counts.set(request.url ?? "", count);
    count.requests += 1;
    const body = answer(request, response, file);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    sendPaced(body, response, bytesPerSecond, gone.signal, (bytes) => {
      count.bytes += bytes;
    }).catch((error: unknown) => {
      // A client that was killed is what this server is for.
      if (!gone.signal.aborted) response.destroy(error as Error);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fetched: (path) => ({ requests: 0, bytes: 0, ...counts.get(path) }),
    async close() {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Writes the head of the answer, and gives the bytes that belong to it. */
function answer({ headers }: IncomingMessage, response: ServerResponse, file: Buffer): Buffer {
  if (headers["if-match"] !== undefined && headers["if-match"] !== etag) {
    response.writeHead(412, { "content-length": 0 });
    return Buffer.alloc(0);
  }
  const [, first = "0", last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "") ?? [];
  const from = Number(first);
  const end = last ? Math.min(file.length, Number(last) + 1) : file.length;
  if (from >= file.length) {
    response.writeHead(416, { "content-range": `bytes */${file.length}`, "content-length": 0, etag });
    return Buffer.alloc(0);
  }
  const rest = file.subarray(from, end);
  const about = { "content-length": rest.length, "content-type": "application/octet-stream", etag };
  if (headers.range === undefined) response.writeHead(200, about);
  else
    response.writeHead(206, {
      ...about,
      "content-range": `bytes ${from}-${end - 1}/${file.length}`,
    });
  return rest;
}

/** By the clock, so that a timer that is late does not slow it down. */
async function sendPaced(
  body: Buffer,
  to: ServerResponse,
  bytesPerSecond: number,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  const startedAt = performance.now();
  for (let at = 0; at < body.length; ) {
    const due = Math.min(body.length, Math.ceil(((performance.now() - startedAt) / 1000) * bytesPerSecond));
    for (; at < due; at += pieceBytes) {
      const piece = body.subarray(at, at + pieceBytes);
      onSent(piece.length);
      if (!to.write(piece)) await once(to, "drain", { signal });
    }
    await sleep(10, undefined, { signal });
  }
  to.end();
}
