import type { HttpSettings } from "./exchange.ts";
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
  readonly content: ContentKind;
  /** The name for the file where the server gives none. */
  readonly fileName?: string | undefined;
  readonly settings: HttpSettings;
  /** Resolves at once, or after asking for the project id. */
  identity(signal: AbortSignal | undefined): Promise<SourceIdentity>;
  /**
   * Sends one GET and resolves with a good answer whose body is unread. It repeats nothing: the engine does, as the
   * repeat class allows.
   *
   * @param headers - what the engine adds, a range for example
   * @throws ServiceError, TransportError, TimeoutError, AuthenticationError
   */
  open(headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined): Promise<HttpResponse>;
}

/** One line for people and for the manifest, for example `hss://hss.cn-north-4.myhuaweicloud.com/0bcc05/f-1`. */
export function identityText({ service, host, projectId, ids }: SourceIdentity): string {
  return `${service}://${[host, ...(projectId ? [projectId] : []), ...ids].map(encodeURI).join("/")}`;
}
