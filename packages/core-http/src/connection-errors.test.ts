import { expect, it } from "vitest";
import { connectionError } from "./connection-errors.ts";

it.each([
  ["ENOTFOUND", "DNS"],
  ["EAI_AGAIN", "DNS"],
  ["EAI_FAIL", "DNS"],
  ["ECONNREFUSED", "CONNECTION_REFUSED"],
  ["EHOSTUNREACH", "CONNECTION_REFUSED"],
  ["ENETUNREACH", "CONNECTION_REFUSED"],
  ["EADDRNOTAVAIL", "CONNECTION_REFUSED"],
  ["ECONNRESET", "CONNECTION_LOST"],
  ["CERT_HAS_EXPIRED", "TLS"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "TLS"],
  ["UNABLE_TO_GET_ISSUER", "TLS"],
  ["UNABLE_TO_DECRYPT_CRL_SIGNATURE", "TLS"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "TLS"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "TLS"],
  ["ERR_OSSL_EVP_UNSUPPORTED", "TLS"],
  ["EPROTO", "TLS"],
])("[HTTP-2] %s while connecting means %s", (code, meaning) => {
  const cause = Object.assign(new Error("words"), { code });
  expect(connectionError(cause, "connect", "h")).toMatchObject({
    code: meaning,
    phase: "connect",
    cause,
    message: expect.stringMatching(new RegExp(`^h: .* \\(${code}\\)\\.$`)),
  });
});

it("[HTTP-2] an error without a code is a break, in its own words", () => {
  expect(connectionError(new Error("words"), "headers", "h")).toMatchObject({
    code: "CONNECTION_LOST",
    message: "h: the connection broke (words).",
  });
});
