import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as the client wrote them. */
  readonly url: string;
  /** Name and value in turn, in order, as the client wrote them. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A server that passes everything on unchanged, and keeps what it was sent. */
export interface WireRecorder {
  readonly url: string;
  readonly requests: readonly WireRequest[];
  close(): Promise<void>;
}

/** Starts one in front of the server at `origin`. */
export async function startWireRecorder(origin: string): Promise<WireRecorder> {
  const requests: WireRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = "", url = "", rawHeaders } = incoming;
    const body = await buffer(incoming);
    requests.push({ method, url, rawHeaders, body });
    const options = { method, headers: rawHeaders as unknown as Record<string, string>, agent: false };
    const passedOn = forward(origin + url, options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    passedOn.on("error", (error) => outgoing.destroy(error)).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}
