import { isIP } from "node:net";
import { checkInput } from "./check-input.ts";
import { createDownload, type Download } from "./download.ts";
import type { DownloadSource, SourceIdentity } from "./download-source.ts";
import { ConfigurationError, ServiceError } from "./errors.ts";
import { type ErrorKinds, exchange, type HttpSettings } from "./exchange.ts";
import { createHttpSettings, type HttpOptions, httpOptionRules } from "./http-settings.ts";
import type { ContentKind } from "./operation.ts";
import { isPrivateAddress } from "./private-address.ts";
import { redactUrl } from "./redact.ts";
import type { HttpResponse } from "./transport.ts";

/** Options of {@link downloadLink}. */
export interface DownloadLinkOptions extends HttpOptions {
  /** The link, sent byte for byte and without any credential. https, or http to this machine. */
  readonly url: string;
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
  readonly content: ContentKind;
  readonly fileName?: string | undefined;
  readonly allowPrivateHosts?: boolean | undefined;
  /** What the file is known by, where the link alone would not tell. */
  readonly identity?: SourceIdentity | undefined;
}

const maxRedirects = 5;

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
  const own = { url: { required: true }, fileName: {}, allowPrivateHosts: { type: "boolean" } } as const;
  checkInput({ ...httpOptionRules, ...own }, options);
  const { fileName, allowPrivateHosts } = options;
  const settings = createHttpSettings(options);
  return createDownload(
    createLinkSource(options.url, {
      operation: "download link",
      settings,
      content: "unknown",
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
  const lastSegment = parsed.pathname.split("/").at(-1) ?? "";
  const identity = options.identity ?? {
    service: "link",
    host: parsed.host,
    ids: [parsed.pathname.slice(1)],
  };
  return {
    operation: options.operation,
    repeat: "safe",
    content: options.content,
    fileName: options.fileName ?? decode(lastSegment),
    settings: options.settings,
    identity: async () => identity,
    open: (headers, signal) => openLink(url, options, headers, signal),
  };
}

async function openLink(
  link: string,
  options: LinkSourceOptions,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  let url = link;
  for (let redirects = 0; ; redirects++) {
    const request = { method: "GET", url, headers: { accept: "*/*", ...headers } };
    const asked = {
      operation: options.operation,
      request,
      repeat: "safe",
      errorKinds,
      acceptRedirects: true,
    } as const;
    const response = await exchange(asked, options.settings, signal).catch((error: unknown) => {
      throw asExpired(error, url);
    });
    const location = response.status >= 300 ? response.headers.location : undefined;
    if (location === undefined) return response;
    await response.body.cancel();
    if (redirects === maxRedirects) {
      throw new ConfigurationError("url", `${redactUrl(link)} redirects more than ${maxRedirects} times.`);
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

/** When a pre-signed link ends, in either dialect, as the link itself says; `undefined` where it does not. */
export function linkExpiry(url: string): Date | undefined {
  const query = new URL(url).searchParams;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "") ?? [];
  const lifeSeconds = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  if (year && !Number.isNaN(lifeSeconds)) {
    return new Date(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + lifeSeconds * 1000);
  }
  const expires = query.get("Expires");
  return expires && /^\d{1,12}$/.test(expires) ? new Date(Number(expires) * 1000) : undefined;
}

function checkLink(url: string, options: { readonly allowPrivateHosts?: boolean | undefined }): URL {
  const parsed = /^https?:\/\/[\x21-\x7e]+$/i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed)
    throw new ConfigurationError("url", "The link is not a URL: it must be complete, and percent-encoded.");
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  const isLoopback = host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  if (isLoopback) return parsed;
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
