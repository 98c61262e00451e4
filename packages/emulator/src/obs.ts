import { createHash, randomBytes } from "node:crypto";
import { textAnswer } from "./answers.ts";
import type { Content } from "./content.ts";
import { bodyOf, type StoredFile } from "./file-answer.ts";
import { type LinkKey, type LinkOptions, type LinkUse, linkUse, signLink, verifyLink } from "./obs-link.ts";
import { select } from "./ranges.ts";
import { keep } from "./request-log.ts";
import type { RouteContext, Service } from "./route.ts";
import type { EmulatorState } from "./state.ts";
import type { ObsVariants } from "./variants.ts";

/** The objects of the Object Storage Service. */
export interface ObsStore {
  /** Adds an object, or replaces it. */
  put(
    bucket: string,
    key: string,
    content: Content,
    options?: {
      readonly lastModified?: Date | undefined;
      /** Asked at each request; while it says no, the object is denied to every link. Default: always readable. */
      readonly isReadable?: (() => boolean) | undefined;
    },
  ): void;
  /** Removes an object. */
  remove(bucket: string, key: string): void;
  /** A signed link to an object, there or not. */
  link(bucket: string, key: string, options?: LinkOptions): string;
  /** By `bucket/key`. */
  readonly objects: ReadonlyMap<string, ObsObject>;
  /** The last 10,000 requests that came by a link of this account, in order. */
  readonly linkUses: readonly LinkUse[];
  /** Adds one, and forgets the oldest when there are too many. */
  recordLinkUse(use: LinkUse): void;
  /** What links are signed with. */
  readonly linkKey: LinkKey;
}

/** An object. */
export interface ObsObject extends StoredFile {
  /** Asked at each request; while it says no, the object is denied to every link. */
  readonly isReadable: () => boolean;
}

/** What the store needs of the emulator. */
export interface ObsSettings {
  readonly origin: () => string;
  readonly now: () => Date;
  readonly linkLifeSeconds: number;
  readonly variants: ObsVariants;
}

/** An empty store. */
export function createObsStore(settings: ObsSettings): ObsStore {
  const objects = new Map<string, ObsObject>();
  const linkUses: LinkUse[] = [];
  const linkKey = {
    accessKeyId: `LINK${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString("hex"),
    securityToken: randomBytes(60).toString("base64"),
  };
  return {
    objects,
    linkKey,
    linkUses,
    recordLinkUse: (use) => keep(linkUses, use),
    put(bucket, key, content, { lastModified = settings.now(), isReadable = () => true } = {}) {
      objects.set(`${bucket}/${key}`, { content, lastModified, isReadable });
    },
    remove(bucket, key) {
      objects.delete(`${bucket}/${key}`);
    },
    link(bucket, key, { method = "GET", expiresInSeconds = settings.linkLifeSeconds } = {}) {
      const path = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
      const expires = Math.floor(settings.now().getTime() / 1000) + expiresInSeconds;
      return signLink({ origin: settings.origin(), path, method, expires }, linkKey, settings.variants);
    },
  };
}

/**
 * OBS, as far as links go: reading one object.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0083.html
 */
export const obs: Service = {
  name: "obs",
  unauthenticated: (_message, context) => refusal("AccessDenied", context),
  wrongProject: (context) => refusal("AccessDenied", context),
  routes: [
    { method: "GET", path: "/{bucket}/{key*}", auth: "link", handle: getObject },
    { method: "HEAD", path: "/{bucket}/{key*}", auth: "link", handle: getObject },
  ],
};

/** Finds the account that a link belongs to. Refuses a request whose link is not good. */
export function identifyLink(request: Request, context: RouteContext): EmulatorState | Response {
  // OBS does not say what it does with a second proof of identity; others of its dialect answer 400, so the mistake shows.
  if (request.headers.has("authorization")) return refusal("InvalidArgument", context);
  const { wire, query, state } = context;
  const path = wire.url.replace(/^\w+:\/\/[^/]+/, "").replace(/\?.*$/, "");
  const link = { method: request.method, path, query, date: state.now() };
  const verdicts = state.accounts.map((account) => verifyLink(link, account.store.obs.linkKey));
  const index = verdicts.findIndex((verdict) => verdict !== "wrong-key");
  const [verdict = "wrong-key", owner = state] = [verdicts[index], state.accounts[index]];
  owner.store.obs.recordLinkUse(linkUse(link, verdict));
  if (verdict === "expired") return refusal("AccessDenied", context, "Request has expired");
  if (verdict === "wrong-key") return refusal("InvalidAccessKeyId", context);
  if (verdict === "wrong-signature") return refusal("SignatureDoesNotMatch", context);
  return verdict === "unsigned" ? refusal("AccessDenied", context) : owner;
}

async function getObject(request: Request, context: RouteContext): Promise<Response> {
  const { state, params } = context;
  const object = state.store.obs.objects.get(`${params.bucket}/${params.key}`);
  if (!object) return refusal("NoSuchKey", context);
  if (!object.isReadable()) return refusal("AccessDenied", context);
  const { content, lastModified } = object;
  const etag = await etags[state.variants.obs.etag](content);
  const selection = select(request.headers, { bytes: content.bytes, etag, lastModified });
  if (selection.status === 412) return refusal("PreconditionFailed", context);
  if (selection.status === 416)
    return refusal("InvalidRange", context, undefined, { "content-range": `bytes */${content.bytes}` });
  const headers = new Headers({
    ...requestIds(context),
    "accept-ranges": "bytes",
    "content-type": content.contentType ?? "application/octet-stream",
    etag,
    "last-modified": lastModified.toUTCString(),
  });
  if (!("start" in selection)) return new Response(null, { status: selection.status, headers });
  const { status, start, end } = selection;
  headers.set("content-length", String(end - start));
  if (status === 206) headers.set("content-range", `bytes ${start}-${end - 1}/${content.bytes}`);
  return new Response(request.method === "HEAD" ? null : bodyOf(content, start, end), { status, headers });
}

const etags: Readonly<Record<ObsVariants["etag"], (content: Content) => Promise<string>>> = {
  md5: async (content) => `"${await content.md5()}"`,
  multipart: async ({ fingerprint }) => `"${createHash("md5").update(fingerprint).digest("hex")}-3"`,
};

/** @see https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0115.html */
const errors = {
  AccessDenied: [403, "Access Denied"],
  InvalidAccessKeyId: [403, "The OBS Access Key Id you provided does not exist in our records."],
  InvalidArgument: [
    400,
    "Only one auth mechanism allowed; only the Signature query string parameter or the Authorization header should be specified.",
  ],
  InvalidRange: [416, "The requested range is not satisfiable"],
  NoSuchKey: [404, "The specified key does not exist."],
  PreconditionFailed: [412, "At least one of the pre-conditions you specified did not hold"],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided.",
  ],
} as const;

function refusal(
  code: keyof typeof errors,
  context: RouteContext,
  text?: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const [status, usual] = errors[code];
  const values = { Code: code, Message: text ?? usual, RequestId: context.requestId, HostId: "cloudhaul" };
  const elements = Object.entries(values).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Error>${elements.join("")}</Error>`;
  return textAnswer(status, "application/xml", xml, { ...requestIds(context), ...headers });
}

function requestIds({ requestId }: RouteContext): Record<string, string> {
  return { "x-obs-request-id": requestId.toUpperCase(), "x-obs-id-2": requestId, server: "OBS" };
}

function escapeXml(text: string): string {
  return text.replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
