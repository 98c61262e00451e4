import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A server on loopback. */
export interface FileServer {
  readonly url: string;
  /** What was asked for: `GET /a.bin bytes=5-`. */
  readonly requests: readonly string[];
}

/** Serves as the test says, until the test has ended. */
export async function startServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    requests.push([method, url, headers.range].filter(Boolean).join(" "));
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server.close(), "close");
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/**
 * Serves one file under every path, ranges of it too, under a strong ETag.
 *
 * @param stopAfter - how many bytes the first answer brings before it falls silent
 */
export async function startFileServer(content: Buffer, stopAfter?: number): Promise<FileServer> {
  let isFirst = true;
  const etag = '"one and only"';
  return startServer(({ headers }, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    response.setHeader("etag", etag);
    response.setHeader("content-length", content.length - from);
    if (from > 0) {
      response.statusCode = headers["if-match"] === etag ? 206 : 412;
      response.setHeader("content-range", `bytes ${from}-${content.length - 1}/${content.length}`);
    }
    const isCut = isFirst && stopAfter !== undefined;
    isFirst = false;
    if (isCut) response.write(content.subarray(from, from + stopAfter));
    else response.end(content.subarray(from));
  });
}
