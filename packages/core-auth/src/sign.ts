import { ConfigurationError } from "@cloudhaul/core-http";
import { crypto } from "./builtins.ts";
import {
  canonicalRequest,
  contentHashHeader,
  dateHeader,
  derivedAlgorithm,
  hashOf,
  lowerCaseNames,
  pathStart,
  plainAlgorithm,
  securityTokenHeader,
  unsignedPayload,
} from "./canonical-request.ts";
import { hmac } from "./hmac.ts";
import { createRecall } from "./recall.ts";
import { writeWireDate } from "./wire-date.ts";

/** A request to be signed, or to be verified. */
export interface SignableRequest {
  readonly method: string;
  /** As it goes on the wire, percent-encoded; nothing in it is changed. To sign: absolute. To verify: the path will do. */
  readonly url: string;
  /** By name, in any case. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The bytes, or a text that is sent as UTF-8. A stream is not read: `x-sdk-content-sha256: UNSIGNED-PAYLOAD` is signed
   * in its place, so that all but the body is protected.
   */
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array> | undefined;
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
 * token. A given `x-sdk-content-sha256` (a hex digest or `UNSIGNED-PAYLOAD`) stands for the body, which is then not hashed;
 * to a body that is a stream it is added, as `UNSIGNED-PAYLOAD`.
 *
 * @returns the headers to send, names in lower case: those given, `x-sdk-date`, `x-security-token` where the key has
 * one, `x-sdk-content-sha256` where the body is a stream, and `authorization`. `host` is among them only if it was
 * given; else it is the URL's, as HTTP clients send it.
 * @throws ConfigurationError when the URL is not absolute, or the date no valid one
 * @see https://support.huaweicloud.com/eu/devg-apisign/api-sign-algorithm-001.html
 */
export function signRequest(
  request: SignableRequest,
  accessKey: AccessKey,
  options: SignOptions,
): Record<string, string> {
  const { method, url, body } = request;
  const headers = lowerCaseNames(request.headers);
  // Of an earlier try: it is about to be replaced, and cannot sign itself. To delete what is not there costs, too.
  if (headers.authorization !== undefined) delete headers.authorization;
  const date = writeWireDate(options.date);
  headers[dateHeader] = date;
  if (accessKey.securityToken) headers[securityTokenHeader] = accessKey.securityToken;
  const payloadHash = headers[contentHashHeader] ?? (isStream(body) ? unsignedPayload : hashOf(body));
  if (isStream(body)) headers[contentHashHeader] = payloadHash;
  const host = headers.host ?? hostOf(url);
  const signedHeaders = Object.keys(headers);
  if (headers.host === undefined) signedHeaders.push("host");
  signedHeaders.sort();
  const canonical = canonicalRequest({ method, url, host, headers, signedHeaders, payloadHash });
  const scope = options.derived && scopeOf(date, options.derived);
  const who = scope
    ? `${derivedAlgorithm} Credential=${accessKey.accessKeyId}/${scope}`
    : `${plainAlgorithm} Access=${accessKey.accessKeyId}`;
  const signature = signatureOf(canonical, accessKey, date, scope);
  headers.authorization = `${who}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  return headers;
}

/** Whether a body is to be read piece by piece; if so, nobody can tell its digest before it is sent. */
export function isStream(body: SignableRequest["body"]): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && !(body instanceof Uint8Array);
}

/** The signature over a canonical request, in lower-case hex; `scope` selects the derived algorithm. */
export function signatureOf(
  canonical: string,
  accessKey: AccessKey,
  date: string,
  scope: string | undefined,
): string {
  const digest = crypto().hash("sha256", canonical, "hex");
  if (scope === undefined) return hmac(accessKey.secretAccessKey, `${plainAlgorithm}\n${date}\n${digest}`);
  return hmac(derivedKeyOf(accessKey, scope), `${derivedAlgorithm}\n${date}\n${scope}\n${digest}`);
}

const recallDerivedKey = createRecall<string>(16);

/** A derived key is good for a day, so it is derived once and not for each request. */
function derivedKeyOf(accessKey: AccessKey, scope: string): string {
  const { accessKeyId, secretAccessKey } = accessKey;
  return recallDerivedKey(`${accessKeyId}\n${scope}\n${secretAccessKey}`, () => deriveKey(accessKey, scope));
}

/** HKDF-SHA256 (RFC 5869) of 32 bytes, one block. Its hex text is the key. */
function deriveKey({ accessKeyId, secretAccessKey }: AccessKey, scope: string): string {
  const extracted = crypto().createHmac("sha256", accessKeyId).update(secretAccessKey).digest();
  return crypto().createHmac("sha256", extracted).update(`${scope}\u0001`).digest("hex");
}

/** The day, region and service that a derived key is good for. */
function scopeOf(date: string, { region, service }: DerivedScope): string {
  return `${date.slice(0, 8)}/${region}/${service}`;
}

/** An origin is parsed once: all the requests of a client go to the same few. */
const recallHost = createRecall<string>(16);

function hostOf(url: string): string {
  const origin = url.slice(0, pathStart(url));
  return recallHost(origin, () => {
    if (/^https?:\/\//i.test(origin) && URL.canParse(origin)) return new URL(origin).host;
    const text = "The URL to sign must begin with https:// or http:// and name a host.";
    throw new ConfigurationError("url", text);
  });
}
