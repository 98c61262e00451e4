import { CloudhaulError, type RequestPhase, TransportError, type TransportErrorCode } from "./errors.ts";
import { AnswerFault } from "./response-parser.ts";

/** What the codes of node:net, node:tls and node:dns mean to us. */
const meanings: Readonly<Record<string, TransportErrorCode>> = {
  ENOTFOUND: "DNS",
  EAI_AGAIN: "DNS",
  EAI_FAIL: "DNS",
  ECONNREFUSED: "CONNECTION_REFUSED",
  EHOSTUNREACH: "CONNECTION_REFUSED",
  ENETUNREACH: "CONNECTION_REFUSED",
  EADDRNOTAVAIL: "CONNECTION_REFUSED",
};

/** Too many to list. */
const tlsCodes = /CERT|SELF_SIGNED|ISSUER|SIGNATURE|^ERR_(TLS|SSL|OSSL)|^EPROTO$/;

/** What to do about each. */
const remedies: Readonly<Record<TransportErrorCode, string>> = {
  DNS: "the host name is not known here. Check the region, the endpoint and the network",
  CONNECTION_REFUSED: "nothing answers there. Check the endpoint, the network and the firewall",
  CONNECTION_LOST: "the connection broke",
  TLS: "no trusted TLS connection could be made. If a private authority signed the server's certificate, give it in tls.ca",
  PROXY: "the proxy refused. Check the proxy's address, name and password",
  PROTOCOL: "the answer is not HTTP/1.1",
  HEADERS_TOO_LARGE: "the answer's headers are longer than 16 KiB",
};

/** Turns whatever the network threw into an error that says what it means. */
export function connectionError(error: unknown, phase: RequestPhase, host: string): CloudhaulError {
  if (CloudhaulError.isInstance(error)) return error;
  const { code = "", message = "" } = error as NodeJS.ErrnoException;
  if (error instanceof AnswerFault)
    return new TransportError(error.code, phase, `${host}: ${remedies[error.code]} (${message}).`);
  // Within a body TLS has long been trusted: a record that arrives damaged is a break like any other.
  const meaning = meanings[code] ?? (tlsCodes.test(code) && phase !== "body" ? "TLS" : "CONNECTION_LOST");
  const text = `${host}: ${remedies[meaning]} (${code || message}).`;
  return new TransportError(meaning, phase, text, { cause: error });
}
