import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A server that refuses everything and says, in its error, all that it was sent. */
export interface EchoServer {
  readonly url: string;
  /** The values of the headers that it was sent, by which a test knows the signatures. */
  readonly authorizations: readonly string[];
}

/** How an error is written; each service has its own way. */
export const errorShapes: Readonly<Record<string, (echo: string) => string>> = {
  json: (echo) => JSON.stringify({ error_code: "ECHO.1", error_msg: echo }),
  nested: (echo) => JSON.stringify({ error: { code: 401, message: echo } }),
  xml: (echo) => `<?xml version="1.0"?><Error><Code>Echo</Code><Message>${escapeXml(echo)}</Message></Error>`,
  text: (echo) => echo,
};

/** Starts one, which ends with the test. */
export async function startEchoServer(status: number, shape: string): Promise<EchoServer> {
  const authorizations: string[] = [];
  const server = createServer(async (request, response) => {
    if (request.headers.authorization) authorizations.push(request.headers.authorization);
    const { method, url, rawHeaders } = request;
    const echo = `${method} ${url} ${rawHeaders.join(" ")} ${await text(request)}`;
    const body = errorShapes[shape]?.(echo) ?? echo;
    response
      .writeHead(status, { "x-request-id": "echo", "content-length": Buffer.byteLength(body) })
      .end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server.close(), "close");
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, authorizations };
}

function escapeXml(value: string): string {
  return value.replace(
    /[<>&"]/g,
    (sign) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" })[sign] ?? "",
  );
}
