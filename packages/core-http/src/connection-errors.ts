import {
  type CloudhaulError,
  ConfigurationError,
  type RequestPhase,
  TimeoutError,
  TransportError,
  type TransportErrorCode,
} from "./errors.ts";

/** What the codes of node:net, node:tls, node:dns and undici mean to us. */
const meanings: Readonly<Record<string, TransportErrorCode>> = {
  ENOTFOUND: "DNS",
  EAI_AGAIN: "DNS",
  EAI_FAIL: "DNS",
  ECONNREFUSED: "CONNECTION_REFUSED",
  EHOSTUNREACH: "CONNECTION_REFUSED",
  ENETUNREACH: "CONNECTION_REFUSED",
  EADDRNOTAVAIL: "CONNECTION_REFUSED",
  UND_ERR_HEADERS_OVERFLOW: "HEADERS_TOO_LARGE",
  HTTPParserError: "PROTOCOL",
  // An HTTP/1.0 server that closed too early: the end of the connection looks like the end of the body.
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "CONNECTION_LOST",
};

/** Families of codes, for those too many to list. */
const families: readonly (readonly [RegExp, TransportErrorCode])[] = [
  [/^(HPE_|UND_ERR_(RES_)?(CONTENT|EXCEEDED))/, "PROTOCOL"],
  [/CERT|SELF_SIGNED|ISSUER|SIGNATURE|^ERR_(TLS|SSL|OSSL)|^EPROTO$/, "TLS"],
];

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

/** Turns whatever the network stack threw into an error that says what it means. */
export function connectionError(
  error: unknown,
  phase: RequestPhase,
  host: string,
  timeouts: { readonly connectMs: number },
): CloudhaulError {
  const { code = "", message = "", name } = error as NodeJS.ErrnoException;
  if (code === "UND_ERR_CONNECT_TIMEOUT") {
    const text = `No connection to ${host} within ${timeouts.connectMs} ms. Check the network, or raise timeouts.connectMs.`;
    return new TimeoutError({ phase: "connect", timeoutMs: timeouts.connectMs }, text, { cause: error });
  }
  if (code === "UND_ERR_INVALID_ARG" && !/\bproxy\b/i.test(message)) {
    return new ConfigurationError("url", `The request to ${host} cannot be sent: ${message}.`, {
      cause: error,
    });
  }
  // undici keeps what it could not parse in `data`; an error is no place for parts of a user's file.
  if (name === "HTTPParserError") Reflect.deleteProperty(error as object, "data");
  const meaning = /\bproxy\b/i.test(message)
    ? "PROXY"
    : (meanings[code || (name ?? "")] ??
      families.find(([family]) => family.test(code))?.[1] ??
      "CONNECTION_LOST");
  const text = `${host}: ${remedies[meaning]} (${code || message}).`;
  return new TransportError(meaning, phase, text, { cause: error });
}
