import { createHmac, timingSafeEqual } from "node:crypto";
import type { ObsVariants } from "./variants.ts";

/** The key that links are signed with: the service's own, never the user's. */
export interface LinkKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly securityToken: string;
}

/** How a link is to be made. */
export interface LinkOptions {
  /** The only method that the link is good for. Default `GET`. */
  readonly method?: string | undefined;
  /** Default: the emulator's `linkLifeSeconds`. Negative makes a link that has expired. */
  readonly expiresInSeconds?: number | undefined;
}

/** Whether a link may be followed. */
export type LinkVerdict = "good" | "unsigned" | "expired" | "wrong-key" | "wrong-signature";

/** One request by a link. */
export interface LinkUse {
  readonly method: string;
  /** Bucket and key, escaped as in the link, after a slash. */
  readonly path: string;
  /** When the request came, by the emulator's clock. */
  readonly at: Date;
  /** The last moment of the link, by its own word; `undefined` where it has none. */
  readonly expiresAt: Date | undefined;
  readonly verdict: LinkVerdict;
}

const parameterNames: Readonly<
  Record<ObsVariants["dialect"], { readonly accessKeyId: string; readonly securityToken: string }>
> = {
  obs: { accessKeyId: "AccessKeyId", securityToken: "x-obs-security-token" },
  aws: { accessKeyId: "AWSAccessKeyId", securityToken: "x-amz-security-token" },
};

/**
 * The link to `path` (escaped, with its bucket) at `origin`.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0011.html
 */
export function signLink(
  link: { readonly origin: string; readonly path: string; readonly method: string; readonly expires: number },
  key: LinkKey,
  variants: ObsVariants,
): string {
  const { dialect } = variants;
  const names = parameterNames[dialect];
  const securityToken = variants.securityToken === "present" ? key.securityToken : undefined;
  const signature = signatureOf({ ...link, expires: String(link.expires), dialect, securityToken }, key);
  const query = new Map([
    [names.accessKeyId, key.accessKeyId],
    ["Expires", String(link.expires)],
    ["Signature", signature],
    ...(securityToken === undefined ? [] : [[names.securityToken, securityToken] as const]),
  ]);
  const pairs = [...query].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${link.origin}${link.path}?${pairs.join("&")}`;
}

/** A request by a link, its path as it was on the wire. */
export interface LinkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly date: Date;
}

/** What to record of it. */
export function linkUse({ method, path, query, date }: LinkRequest, verdict: LinkVerdict): LinkUse {
  const seconds = query.get("Expires");
  const expiresAt =
    seconds !== null && /^\d{1,12}$/.test(seconds) ? new Date(Number(seconds) * 1000) : undefined;
  return { method, path, at: date, expiresAt, verdict };
}

/** Judges a request by the path on the wire, still escaped: a link is good only as it was given. */
export function verifyLink(request: LinkRequest, key: LinkKey): LinkVerdict {
  const { query } = request;
  const dialect = query.has(parameterNames.aws.accessKeyId) ? "aws" : "obs";
  const names = parameterNames[dialect];
  const [accessKeyId, expires, signature] = [
    query.get(names.accessKeyId),
    query.get("Expires"),
    query.get("Signature"),
  ];
  if (accessKeyId === null || expires === null || signature === null) return "unsigned";
  const securityToken = query.get(names.securityToken) ?? undefined;
  if (accessKeyId !== key.accessKeyId) return "wrong-key";
  if (securityToken !== undefined && securityToken !== key.securityToken) return "wrong-key";
  // Written so that a time that is no number has expired.
  if (!(Number(expires) * 1000 > request.date.getTime())) return "expired";
  const parts: SignedParts = { ...request, expires, dialect, securityToken };
  const expected = [signatureOf(parts, key), signatureOf({ ...parts, isTokenInResource: true }, key)];
  return expected.some((one) => isEqual(one, signature)) ? "good" : "wrong-signature";
}

function isEqual(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

interface SignedParts {
  readonly method: string;
  readonly path: string;
  readonly expires: string;
  readonly dialect: ObsVariants["dialect"];
  readonly securityToken: string | undefined;
  /** Default: of OBS's own dialect only. */
  readonly isTokenInResource?: boolean | undefined;
}

/**
 * The two dialects differ in where the token of a temporary key is signed: as part of the resource, or as a header. OBS's
 * own SDK signs it as part of the resource in the other dialect, too.
 */
function signatureOf(parts: SignedParts, key: LinkKey): string {
  const { method, path, expires, dialect, securityToken, isTokenInResource = dialect === "obs" } = parts;
  const token = `${parameterNames[dialect].securityToken}${isTokenInResource ? "=" : ":"}${securityToken}`;
  const asHeader = securityToken !== undefined && !isTokenInResource ? `${token}\n` : "";
  const asResource = securityToken !== undefined && isTokenInResource ? `?${token}` : "";
  const text = `${method}\n\n\n${expires}\n${asHeader}${path}${asResource}`;
  return createHmac("sha1", key.secretAccessKey).update(text).digest("base64");
}
