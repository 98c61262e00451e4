import { crypto } from "./builtins.ts";
import {
  canonicalRequest,
  contentHashHeader,
  dateHeader,
  hashOf,
  lowerCaseNames,
  securityTokenHeader,
  unsignedPayload,
} from "./canonical-request.ts";
import { type AccessKey, isStream, type SignableRequest, signatureOf } from "./sign.ts";
import { readWireDate } from "./wire-date.ts";

/** Against what to verify. */
export interface VerifyOptions {
  /** The key with this id; `undefined` where there is none. */
  accessKey(accessKeyId: string): AccessKey | undefined;
  /** The verifier's clock. Default: now. */
  readonly date?: Date | undefined;
  /** How far the signature's date may be from the clock, either way, in milliseconds. Default 900,000 (15 minutes). */
  readonly maxSkewMs?: number | undefined;
}

/**
 * Why a request is refused.
 *
 * - `missing`: it has no `authorization`, or no `x-sdk-date`
 * - `malformed`: one of the two cannot be read, or they disagree
 * - `unknown-key`: no key has that id
 * - `stale`: signed too long ago, or in the future
 * - `unsigned-header`: a header that must be signed is not in the list
 * - `absent-header`: a header is in the list, but not in the request
 * - `wrong-payload`: the body is not the one whose digest was declared
 * - `wrong-security-token`: the security token is not the key's
 * - `wrong-signature`: anything else in the request differs from what was signed, or the secret does
 */
export type VerifyFailureReason =
  | "missing"
  | "malformed"
  | "unknown-key"
  | "stale"
  | "unsigned-header"
  | "absent-header"
  | "wrong-payload"
  | "wrong-security-token"
  | "wrong-signature";

/** The verdict on a request. */
export type VerifyResult =
  | { readonly ok: true; readonly accessKeyId: string }
  | { readonly ok: false; readonly reason: VerifyFailureReason; readonly message: string };

/** 15 minutes (the vendor's signing guide). */
const defaultMaxSkewMs = 15 * 60 * 1000;

/**
 * Verifies a signed request as a gateway does: rebuilt from what is on the wire, with the list of signed headers that
 * the client declared, whichever of the two algorithms it used. Never throws for what is in the request.
 *
 * A body that is `undefined` counts as empty, except where the request declares a digest: then it is not at hand, and
 * the digest is taken at its word. A stream is never at hand: without a declared digest it is refused.
 *
 * @see https://support.huaweicloud.com/eu/devg-apisign/api-sign-algorithm-001.html
 */
export function verifyRequest(request: SignableRequest, options: VerifyOptions): VerifyResult {
  const headers = lowerCaseNames(request.headers);
  headers.host ??= hostOf(request.url);
  const claim = readClaim(headers);
  if ("ok" in claim) return claim;
  const key = options.accessKey(claim.accessKeyId);
  if (!key) return refused("unknown-key", "There is no access key with that id.");
  const skewMs = Math.abs((options.date ?? new Date()).getTime() - claim.signedAtMs);
  if (!(skewMs <= (options.maxSkewMs ?? defaultMaxSkewMs))) {
    return refused("stale", "The signature has expired, or its date lies in the future. Check the clock.");
  }
  const payloadHash = payloadOf(request, headers[contentHashHeader]);
  if (typeof payloadHash !== "string") return payloadHash;
  const { method, url } = request;
  const canonical = canonicalRequest({
    method,
    url,
    host: headers.host,
    headers,
    signedHeaders: claim.signedHeaders,
    payloadHash,
  });
  if (!sameText(signatureOf(canonical, key, claim.date, claim.scope), claim.signature)) {
    return refused("wrong-signature", "The signature is not that of this request and key.");
  }
  if (!sameText(key.securityToken ?? "", headers[securityTokenHeader] ?? "")) {
    return refused("wrong-security-token", "The security token is missing, or not that of the access key.");
  }
  return { ok: true, accessKeyId: claim.accessKeyId };
}

type Refusal = Extract<VerifyResult, { readonly ok: false }>;

function refused(reason: VerifyFailureReason, message: string): Refusal {
  return { ok: false, reason, message };
}

/** What a request says of its own signature. */
interface Claim {
  readonly accessKeyId: string;
  /** Of the derived algorithm alone. */
  readonly scope: string | undefined;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** As it is on the wire. */
  readonly date: string;
  readonly signedAtMs: number;
}

const authorizationForm =
  /^(?:SDK-HMAC-SHA256 +Access=([^\s,/]+)|V11-HMAC-SHA256 +Credential=([^\s,/]+)\/(\d{8}\/[^\s,/]+\/[^\s,/]+)), *SignedHeaders=([^\s,]+), *Signature=([0-9a-f]{64})$/;

function readClaim(headers: Readonly<Record<string, string>>): Claim | Refusal {
  const { authorization, [dateHeader]: date } = headers;
  if (authorization === undefined) return refused("missing", "The request has no authorization header.");
  if (date === undefined) return refused("missing", "The request has no x-sdk-date header.");
  const [, plainId, derivedId, scope, names, signature] = authorizationForm.exec(authorization.trim()) ?? [];
  const accessKeyId = plainId ?? derivedId;
  if (accessKeyId === undefined || names === undefined || signature === undefined) {
    return refused("malformed", "The authorization header cannot be read.");
  }
  const signedAtMs = readWireDate(date);
  if (signedAtMs === undefined)
    return refused("malformed", "x-sdk-date must be written as YYYYMMDDTHHMMSSZ.");
  if (scope !== undefined && !scope.startsWith(`${date.slice(0, 8)}/`)) {
    return refused("malformed", "The day in the authorization header is not that of x-sdk-date.");
  }
  const signedHeaders = names.toLowerCase().split(";");
  if (!signedHeaders.includes(dateHeader)) return refused("unsigned-header", "x-sdk-date must be signed.");
  if (!signedHeaders.every((name) => Object.hasOwn(headers, name))) {
    return refused("absent-header", "A header that was signed is not in the request.");
  }
  return { accessKeyId, scope, signedHeaders, signature, date, signedAtMs };
}

/** What stands for the body in the canonical request, or the refusal of a body that is not the declared one. */
function payloadOf({ body }: SignableRequest, declared: string | undefined): string | Refusal {
  if (declared === unsignedPayload) return declared;
  if (isStream(body))
    return declared ?? refused("wrong-payload", "The body is a stream, and no digest of it is declared.");
  if (declared === undefined) return hashOf(body);
  if (!/^[0-9a-f]{64}$/i.test(declared)) {
    return refused("malformed", `${contentHashHeader} must be a hex SHA-256 or ${unsignedPayload}.`);
  }
  if (body === undefined || declared.toLowerCase() === hashOf(body)) return declared;
  return refused("wrong-payload", "The body is not the one whose digest the request declares.");
}

/** In a time that does not depend on where the texts differ. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && crypto().timingSafeEqual(left, right);
}

/** Of an absolute URL. Behind a server the host is in its header, and the URL a mere path. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}
