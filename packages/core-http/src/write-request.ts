import type { Socket } from "node:net";
import { ConfigurationError } from "./errors.ts";
import type { ProxyServer } from "./proxy.ts";
import type { HttpRequest } from "./transport.ts";

const visible = /^[\x21-\x7e\x80-\xff]*$/;
const token = /^[!#$%&'*+\-.^_`|~\w]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Writes a request as it is: the path byte for byte, since a pre-signed link breaks when it is normalised.
 *
 * @param proxy - one that forwards plain requests, and wants the whole URL
 * @throws ConfigurationError when it cannot be written without becoming another request
 */
export function writeRequest(
  socket: Socket,
  { method, url, headers, body }: HttpRequest,
  origin: URL,
  proxy: ProxyServer | undefined,
): void {
  if (!token.test(method))
    throw new ConfigurationError("method", "The method must be one word, such as GET.");
  const path = pathOf(url);
  const fields = {
    host: origin.host,
    connection: "keep-alive",
    ...headers,
    // RFC 9110, 8.6: where a body has a meaning, its absence is told.
    ...((body || method === "POST" || method === "PUT") && {
      "content-length": String(body?.byteLength ?? 0),
    }),
    ...(proxy?.authorization && { "proxy-authorization": proxy.authorization }),
  };
  let text = `${method} ${proxy ? origin.origin : ""}${path} HTTP/1.1\r\n`;
  for (const [name, value] of Object.entries(fields)) {
    if (!token.test(name) || !fieldValue.test(value))
      throw new ConfigurationError(
        "headers",
        `The header ${JSON.stringify(name)} cannot be sent: it holds characters that HTTP has no place for.`,
      );
    text += `${name}: ${value}\r\n`;
  }
  const head = Buffer.from(`${text}\r\n`, "latin1");
  socket.write(body ? Buffer.concat([head, body]) : head);
}

function pathOf(url: string): string {
  const [, rest = ""] = /^https?:\/\/[^/?#]+([^#]*)/i.exec(url) ?? [];
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  if (visible.test(path)) return path;
  throw new ConfigurationError("url", "The URL holds blanks or characters that must be percent-encoded.");
}
