import { createHmac, hash } from "node:crypto";
import { ConfigurationError } from "@cloudhaul/core-http";
import {
  canonicalRequest,
  contentHashHeader,
  dateHeader,
  derivedAlgorithm,
  hashOf,
  lowerCaseNames,
  plainAlgorithm,
  securityTokenHeader,
} from "./canonical-request.ts";

/** A request to be signed, or to be verified. */
export interface SignableRequest {
  readonly method: string;
  /** As it goes on the wire, percent-encoded; nothing in it is changed. To sign: absolute. To verify: the path will do. */
  readonly url: string;
  /** By name, in any case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes, or a text that is sent as UTF-8. */
  readonly body?: Uint8Array | string | undefined;
}

/** An access key: an id that is no secret, and a secret that is never sent. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Goes with temporary access keys, and is sent along with them. */
  readonly securityToken?: string | undefined;
}

/** What a derived key is bound to besides the day. */
export interface DerivedScope {
  /** Region id, for example `cn-north-4`. */
  readonly region: string;
  /** The service's name in signatures, for example `iotdm`. */
  readonly service: string;
}

/** How to sign. */
export interface SignOptions {
  /** The time of signing. A gateway refuses one that is more than 15 minutes from its own. */
  readonly date: Date;
  /** Signs with `V11-HMAC-SHA256` and a key derived for this scope, instead of `SDK-HMAC-SHA256`. */
  readonly derived?: DerivedScope | undefined;
}

/**
 * Signs a request with an access key. A pure function: the same arguments give the same headers.
 *
 * Exactly the headers given are signed, and with them `host`, `x-sdk-date` and, where the key has one, the security
 * token. A given `x-sdk-content-sha256` (a hex digest or `UNSIGNED-PAYLOAD`) stands for the body, which is then not hashed.
 *
 * @returns the headers to send, names in lower case: those given, `x-sdk-date`, `x-security-token` where the key has
 * one, and `authorization`. `host` is among them only if it was given; else it is the URL's, as HTTP clients send it.
 * @throws ConfigurationError when the URL is not absolute, or the date no valid one
 * @see https://support.huaweicloud.com/eu/devg-apisign/api-sign-algorithm-001.html
 */
export function signRequest(
  request: SignableRequest,
  accessKey: AccessKey,
  options: SignOptions,
): Record<string, string> {
  const headers = lowerCaseNames(request.headers);
  delete headers.authorization; // of an earlier try: it is about to be replaced, and cannot sign itself
  const date = wireDate(options.date);
  headers[dateHeader] = date;
  if (accessKey.securityToken) headers[securityTokenHeader] = accessKey.securityToken;
  const signed = { ...headers, host: headers.host ?? hostOf(request.url) };
  const signedHeaders = Object.keys(signed).sort();
  const canonical = canonicalRequest({
    method: request.method,
    url: request.url,
    headers: signed,
    signedHeaders,
    payloadHash: headers[contentHashHeader] ?? hashOf(request.body),
  });
  const scope = options.derived && scopeOf(date, options.derived);
  const who = scope
    ? `${derivedAlgorithm} Credential=${accessKey.accessKeyId}/${scope}`
    : `${plainAlgorithm} Access=${accessKey.accessKeyId}`;
  const signature = signatureOf(canonical, accessKey, date, scope);
  headers.authorization = `${who}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  return headers;
}

/** The signature over a canonical request, in lower-case hex; `scope` selects the derived algorithm. */
export function signatureOf(
  canonical: string,
  accessKey: AccessKey,
  date: string,
  scope: string | undefined,
): string {
  const digest = hash("sha256", canonical, "hex");
  if (scope === undefined) return hmac(accessKey.secretAccessKey, `${plainAlgorithm}\n${date}\n${digest}`);
  const derivedKey = deriveKey(accessKey, scope);
  return hmac(derivedKey, `${derivedAlgorithm}\n${date}\n${scope}\n${digest}`);
}

/** HKDF-SHA256 (RFC 5869) of 32 bytes, one block; by hand it takes half the time of `hkdfSync`. Its hex text is the key. */
function deriveKey({ accessKeyId, secretAccessKey }: AccessKey, scope: string): string {
  const extracted = createHmac("sha256", accessKeyId).update(secretAccessKey).digest();
  return hmac(extracted, `${scope}\u0001`);
}

function hmac(key: string | Uint8Array, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

/** The day, region and service that a derived key is good for. */
function scopeOf(date: string, { region, service }: DerivedScope): string {
  return `${date.slice(0, 8)}/${region}/${service}`;
}

/** `YYYYMMDDTHHMMSSZ`, in UTC. */
function wireDate(date: Date): string {
  if (Number.isNaN(date.getTime()))
    throw new ConfigurationError("date", "date is not a valid date: give the time of signing.");
  return date.toISOString().replace(/[-:]|\.\d+/g, "");
}

function hostOf(url: string): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new ConfigurationError(
      "url",
      "The URL to sign must begin with https:// or http:// and name a host.",
    );
  }
  return new URL(url).host;
}
