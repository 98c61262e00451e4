import { checkInput } from "./check-input.ts";
import { createDownload, type Download } from "./download.ts";
import type { DownloadSource, OpenRequest, SourceIdentity } from "./download-source.ts";
import { ConfigurationError, ServiceError } from "./errors.ts";
import { type ErrorKinds, type Exchange, exchange, type HttpSettings } from "./exchange.ts";
import { createHttpSettings, type HttpOptions, httpOptionRules } from "./http-settings.ts";
import { createTransport } from "./http-transport.ts";
import { linkExpiry } from "./link-expiry.ts";
import { createRenewableLink, type RenewableLink, type RenewLink } from "./link-renewal.ts";
import type { ContentKind } from "./operation.ts";
import { isLoopback, isPrivateAddress } from "./private-address.ts";
import { redactUrl } from "./redact.ts";
import type { HttpResponse, Transport } from "./transport.ts";

/** Options of {@link downloadLink}. */
export interface DownloadLinkOptions extends HttpOptions {
  /** The link, sent byte for byte and without any credential. https, or http to this machine. */
  readonly url: string;
  /** Gives a fresh link to the same file, for when this one has expired or is about to. Default: an expired link is an error. */
  readonly renew?: RenewLink | undefined;
  /** The name for the file where the server gives none. Default: the last part of the link's path. */
  readonly fileName?: string | undefined;
  /** Whether the link may lead to a private address, such as 10.0.0.1. Default false. */
  readonly allowPrivateHosts?: boolean | undefined;
}

/** What {@link createLinkSource} needs beside the link. */
export interface LinkSourceOptions {
  /** The operation that gave the link, for errors. */
  readonly operation: string;
  readonly settings: HttpSettings;
  /** What the file is; leave it out where it may be anything, a page too. */
  readonly content?: ContentKind | undefined;
  readonly renew?: RenewLink | undefined;
  readonly fileName?: string | undefined;
  readonly allowPrivateHosts?: boolean | undefined;
  /** What the file is known by, where the link alone would not tell. */
  readonly identity?: SourceIdentity | undefined;
}

const maxRedirects = 5;

let shared: Transport | undefined;

/** Links have no client whose connections they could share: those that ask for nothing special share these. */
function sharedTransport(): Transport {
  shared ??= createTransport();
  return shared;
}

/**
 * Object store codes (OBS API reference, "Error Responses", obs_04_0115). An expired link is an `AccessDenied` too, told
 * apart by the link's own time and the answer's words.
 */
const errorKinds: ErrorKinds = {
  NoSuchKey: "not-found",
  NoSuchBucket: "not-found",
  SlowDown: "throttled",
  ServiceUnavailable: "throttled",
  InternalError: "server",
  AccessDenied: "forbidden",
  SignatureDoesNotMatch: "forbidden",
  InvalidRange: "invalid",
  PreconditionFailed: "invalid",
};

/**
 * Any link as a {@link Download}: a pre-signed one of an object store, or a public one.
 *
 * @throws ConfigurationError when the link is malformed, is not https, or leads to a private address
 * @example
 * ```ts
 * const file = await downloadLink({ url: "https://bucket.obs.cn-north-4.myhuaweicloud.com/a.zip?..." }).toFile("a.zip");
 * ```
 */
export function downloadLink(options: DownloadLinkOptions): Download {
  const own = {
    url: { required: true },
    renew: { type: "function" },
    fileName: {},
    allowPrivateHosts: { type: "boolean" },
  } as const;
  checkInput({ ...httpOptionRules, ...own }, options);
  const { renew, fileName, allowPrivateHosts } = options;
  const {
    transport = options.proxy === undefined && !options.tls && !options.timeouts
      ? sharedTransport()
      : undefined,
  } = options;
  const settings = createHttpSettings({ ...options, transport });
  return createDownload(
    createLinkSource(options.url, {
      operation: "download link",
      settings,
      renew,
      fileName,
      allowPrivateHosts,
    }),
  );
}

/**
 * The source behind a link. Redirects are followed, at most five; nothing secret is on the requests, so nothing can leak
 * across them.
 *
 * @throws ConfigurationError as {@link downloadLink} does
 */
export function createLinkSource(url: string, options: LinkSourceOptions): DownloadSource {
  const parsed = checkLink(url, options);
  const link = createRenewableLink(url, options.renew, (fresh) => checkLink(fresh, options));
  const lastSegment = parsed.pathname.split("/").at(-1) ?? "";
  const identity = options.identity ?? {
    service: "link",
    host: parsed.host,
    ids: [parsed.pathname.slice(1), ...stableQuery(parsed)],
  };
  return {
    operation: options.operation,
    repeat: "safe",
    content: options.content,
    fileName: options.fileName ?? decode(lastSegment),
    settings: options.settings,
    identity: async () => identity,
    rangeFromStart: linkExpiry(url) !== undefined,
    open: (request, signal) => openLink(link, options, request, signal),
  };
}

/** What a signature adds to a query, and what only shapes the answer. */
const passing = /^(x-(amz|obs|goog)-|signature$|expires$|(aws)?accesskeyid$|response-)/i;

/** The part of the query that names the file, `versionId` for one, as a digest: it may hold a secret all the same. */
function stableQuery({ searchParams }: URL): string[] {
  const stable = [...searchParams].filter(([name]) => !passing.test(name)).sort();
  if (stable.length === 0) return [];
  return [
    process
      .getBuiltinModule("node:crypto")
      .createHash("sha256")
      .update(JSON.stringify(stable))
      .digest("hex")
      .slice(0, 12),
  ];
}

/** One GET; an expired link is renewed once. A refusal of the fresh one, or one of another kind, is an error. */
async function openLink(
  link: RenewableLink,
  options: LinkSourceOptions,
  request: OpenRequest,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const url = await link.current(signal);
  try {
    return await follow(url, options, request, signal);
  } catch (error) {
    const isExpired = ServiceError.isInstance(error) && error.kind === "expired";
    const fresh = isExpired ? await link.replace(url, signal) : undefined;
    if (fresh === undefined) throw error;
    options.settings.logger.info("renewed the link", { operation: options.operation });
    return follow(fresh, options, request, signal);
  }
}

const redirectStatuses = [301, 302, 303, 307, 308];

async function follow(
  link: string,
  options: LinkSourceOptions,
  { headers, acceptStatus }: OpenRequest,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  let url = link;
  for (let redirects = 0; ; redirects++) {
    const request = { method: "GET", url, headers: { accept: "*/*", ...headers } };
    const asked: Exchange = {
      operation: options.operation,
      request,
      repeat: "safe",
      errorKinds,
      acceptStatus: [...acceptStatus, ...redirectStatuses],
    };
    const response = await exchange(asked, options.settings, signal).catch((error: unknown) => {
      throw asExpired(error, url);
    });
    if (!redirectStatuses.includes(response.status)) return response;
    await response.body.cancel();
    const { location } = response.headers;
    if (location === undefined || redirects === maxRedirects || !URL.canParse(location, url)) {
      throw new ConfigurationError(
        "url",
        `${redactUrl(link)} redirects more than ${maxRedirects} times, or to nowhere.`,
      );
    }
    // A location is a URL already: only a relative one is resolved, and a signed one must not be changed.
    url = /^https?:\/\//i.test(location) ? location : new URL(location, url).href;
    checkLink(url, options);
  }
}

/** A refusal that is due to the link's age, under a kind of its own. */
function asExpired(error: unknown, url: string): unknown {
  if (!ServiceError.isInstance(error) || error.status !== 403) return error;
  const expiresAt = linkExpiry(url);
  const isPast = expiresAt !== undefined && expiresAt.getTime() <= Date.now();
  if (!isPast && !/\bexpired\b/i.test(error.serviceMessage ?? "")) return error;
  const text = `${error.message} The link has expired: get a fresh one.`;
  return new ServiceError({ ...fieldsOf(error), kind: "expired", retryable: false }, text);
}

function fieldsOf({ status, serviceCode, serviceMessage, requestId, operation }: ServiceError) {
  return { status, serviceCode, serviceMessage, requestId, operation };
}

function checkLink(url: string, options: { readonly allowPrivateHosts?: boolean | undefined }): URL {
  const parsed = /^https?:\/\/[\x21-\x7e]+$/i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed)
    throw new ConfigurationError("url", "The link is not a URL: it must be complete, and percent-encoded.");
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  if (isLoopback(host)) return parsed;
  if (parsed.protocol !== "https:") {
    throw new ConfigurationError(
      "url",
      `${redactUrl(url)} is not https: anybody on the way could read or change the file.`,
    );
  }
  if (!options.allowPrivateHosts && isPrivateAddress(host)) {
    const text = `${redactUrl(url)} leads to a private address. If that is meant, set allowPrivateHosts: true.`;
    throw new ConfigurationError("url", text);
  }
  return parsed;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a percent sign that stands for itself
  }
}
