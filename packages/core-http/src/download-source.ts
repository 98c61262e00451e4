import type { HttpSettings } from "./exchange.ts";
import type { ExportJob } from "./export-job.ts";
import type { ContentKind, RepeatClass } from "./operation.ts";
import type { HttpResponse } from "./transport.ts";

/** What a file is known by before any byte of it came. No secret and nothing that changes with time is in it. */
export interface SourceIdentity {
  /** For example `hss`; `link` for a link of unknown origin. */
  readonly service: string;
  /** Host and port. */
  readonly host: string;
  readonly projectId?: string | undefined;
  /** The ids that name it within the service. */
  readonly ids: readonly string[];
}

/** Where a {@link Download} gets its bytes. The engine asks; the source knows how to send. */
export interface DownloadSource {
  /** The vendor's name of the operation, for errors and progress lines. */
  readonly operation: string;
  readonly repeat: RepeatClass;
  /** `undefined` where it may be anything, a page too. */
  readonly content: ContentKind | undefined;
  /** The name for the file where the server gives none. */
  readonly fileName?: string | undefined;
  readonly settings: HttpSettings;
  /** Whether the first request may ask for `bytes=0-`, which shows at once what ranges the server can do. Only of object stores. */
  readonly rangeFromStart?: boolean | undefined;
  /** Waits until the service may be asked again; awaited before every GET. */
  readonly pace?: ((signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Proves credentials and clock by a harmless call. Asked before a file that comes only once. */
  readonly prove?: ((signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Resolves at once, or after asking for the project id. */
  identity(signal: AbortSignal | undefined): Promise<SourceIdentity>;
  /**
   * Sends one GET and resolves with a good answer whose body is unread. It repeats nothing: the engine does, as the
   * repeat class allows.
   *
   * @throws ServiceError, TransportError, TimeoutError, AuthenticationError
   */
  open(request: OpenRequest, signal: AbortSignal | undefined): Promise<HttpResponse>;
}

/** What a download is planned from: a file that is there, or a job that makes it. */
export type DownloadPlan = DownloadSource | ExportJob;

/** What the engine wants of one GET. */
export interface OpenRequest {
  /** Added to the source's own, a range for example. */
  readonly headers: Readonly<Record<string, string>>;
  /** Statuses that are answers to the engine, and not refusals. */
  readonly acceptStatus: readonly number[];
}

/** One line for people and for the manifest, for example `hss://hss.cn-north-4.myhuaweicloud.com/0bcc05/f-1`. */
export function identityText({ service, host, projectId, ids }: SourceIdentity): string {
  return `${service}://${[host, ...(projectId ? [projectId] : []), ...ids].map(encodeURI).join("/")}`;
}
