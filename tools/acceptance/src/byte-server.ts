import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A server of one file. */
export interface ByteServer {
  readonly url: string;
  /** How many requests came. */
  requests(): number;
}

/**
 * Serves these bytes under a strong ETag, ranges of them too.
 *
 * @param length - whether the whole file's length is told
 */
export async function startByteServer(content: Buffer, length: "told" | "not told"): Promise<ByteServer> {
  let requests = 0;
  const etag = '"one and only"';
  const server = createServer((request, response) => {
    requests++;
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.setHeader("etag", etag);
    if (length === "told") response.setHeader("content-length", content.length - from);
    if (from > 0) {
      const isSame = request.headers["if-match"] === etag;
      response.statusCode = isSame ? 206 : 412;
      response.setHeader("content-range", `bytes ${from}-${content.length - 1}/${content.length}`);
    }
    response.write(content.subarray(from));
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server.close(), "close");
    server.closeAllConnections();
    await closed;
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.bin`,
    requests: () => requests,
  };
}
