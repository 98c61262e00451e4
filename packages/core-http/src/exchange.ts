import { readErrorBody } from "./error-body.ts";
import { ResponseFormatError, ServiceError, type ServiceErrorKind, TimeoutError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import type { RepeatClass } from "./operation.ts";
import { redactText, redactUrl, secretsOf } from "./redact.ts";
import { type RetryPolicy, retryAfterMs, withRetry } from "./retry.ts";
import type { HttpRequest, HttpResponse, Transport } from "./transport.ts";

/** Proves to a service who is asking. core-auth has one for accounts; a pre-signed link needs none. */
export interface Authorizer {
  /** Adds the proof. Called for each try, so that no signature is ever sent twice. */
  authorize(request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpRequest>;
  /**
   * Told that the service refused the proof. Resolves when a fresh one is at hand, which is worth exactly one more try.
   *
   * @throws AuthenticationError when there is none
   */
  refused(refusal: Refusal, signal: AbortSignal | undefined): Promise<void>;
}

/** A proof that a service refused. */
export interface Refusal {
  readonly request: HttpRequest;
  readonly error: ServiceError;
  /** Of the answer; `date` tells a clock that is off. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether this proof was already the fresh one. */
  readonly again: boolean;
}

/** Which kind of refusal each of a service's codes is. `unauthenticated` asks for a fresh proof. */
export type ErrorKinds = Readonly<Record<string, ServiceErrorKind | "unauthenticated">>;

/** What all requests of a client share. */
export interface HttpSettings {
  readonly transport: Transport;
  readonly retry: RetryPolicy;
  readonly timeouts: { readonly headersMs: number; readonly bodyMs: number };
  readonly logger: Logger;
  readonly userAgent: string;
}

/** One request, as the layers above ask for it. */
export interface Exchange {
  /** The operation by the vendor's name; it stands in errors and log lines. */
  readonly operation: string;
  readonly request: HttpRequest;
  readonly repeat: RepeatClass;
  readonly authorizer?: Authorizer | undefined;
  readonly errorKinds?: ErrorKinds | undefined;
  /** Texts in the body that nobody may see, a password for one. */
  readonly secrets?: readonly string[] | undefined;
  /** Statuses besides 2xx that are answers like any other. Default none: a redirect, for one, would carry the proof elsewhere. */
  readonly acceptStatus?: readonly number[] | undefined;
  /** See {@link TransportSendOptions}. */
  readonly freshConnection?: boolean | undefined;
}

/**
 * One request that was answered well: authorize, send, and turn a refusal into its error. A refused proof is renewed
 * and the request sent once more; no other repetition happens here.
 *
 * @throws ServiceError when the answer is not 2xx
 * @throws AuthenticationError when the proof was refused and no better one is at hand
 */
export async function exchange(
  asked: Exchange,
  settings: HttpSettings,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const secrets = [...(asked.secrets ?? [])];
  for (let again = false; ; again = true) {
    const bare = {
      ...asked.request,
      headers: { "user-agent": settings.userAgent, ...asked.request.headers },
    };
    const request = asked.authorizer ? await asked.authorizer.authorize(bare, signal) : bare;
    const response = await settings.transport.send(request, {
      signal,
      headersTimeoutMs: settings.timeouts.headersMs,
      freshConnection: asked.freshConnection,
    });
    const { status, headers } = response;
    settings.logger.debug("answer", { operation: asked.operation, status, url: redactUrl(request.url) });
    if ((status >= 200 && status < 300) || asked.acceptStatus?.includes(status)) return response;
    secrets.push(...secretsOf(request));
    const { error, unauthenticated } = await refusalOf(response, { ...asked, request, secrets }, settings);
    if (!unauthenticated || !asked.authorizer) throw error;
    await asked.authorizer.refused({ request, error, headers, again }, signal);
  }
}

/** {@link exchange}, repeated as its repeat class and the retry policy allow. */
export async function exchangeWithRetry(
  asked: Exchange,
  settings: HttpSettings,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  return withRetry(() => exchange(asked, settings, signal), {
    policy: settings.retry,
    repeat: asked.repeat,
    signal,
    onRetry: (error, attempt) =>
      settings.logger.warn("trying again", {
        operation: asked.operation,
        attempt,
        code: error.code,
        reason: error.message,
      }),
  });
}

const retryableStatus = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Where a code is in no table, the status is all there is to go by. */
const kindOfStatus: Readonly<Record<number, ServiceErrorKind>> = {
  400: "invalid",
  401: "forbidden",
  403: "forbidden",
  404: "not-found",
  405: "invalid",
  409: "busy",
  410: "expired",
  412: "invalid",
  413: "invalid",
  429: "throttled",
};

async function refusalOf(
  response: HttpResponse,
  asked: Exchange,
  settings: HttpSettings,
): Promise<{ error: ServiceError; unauthenticated: boolean }> {
  const { status, headers } = response;
  const answer = await readErrorBody(response.body, settings.timeouts.bodyMs, asked.secrets ?? []);
  const known = answer.code === undefined ? undefined : asked.errorKinds?.[answer.code];
  const unauthenticated = known === "unauthenticated" || (known === undefined && status === 401);
  const kind = unauthenticated
    ? "forbidden"
    : (known ?? kindOfStatus[status] ?? (status >= 500 ? "server" : "unknown"));
  const message = redactText(answer.message ?? "", asked.secrets ?? []);
  const requestId = headers["x-request-id"] ?? headers["x-obs-request-id"] ?? answer.requestId;
  const error = new ServiceError(
    {
      status,
      kind: kind as ServiceErrorKind,
      serviceCode: answer.code,
      serviceMessage: message || undefined,
      requestId,
      operation: asked.operation,
      retryable:
        kind === "throttled" ||
        kind === "busy" ||
        (known === undefined && retryableStatus.has(status)) ||
        kind === "server",
      retryAfterMs: retryAfterMs(headers["retry-after"]),
    },
    [
      `${asked.operation} was refused by ${new URL(asked.request.url).host} (HTTP ${status}`,
      answer.code ? `, ${answer.code}` : "",
      `)${message ? `: ${message}` : "."}`,
      requestId ? ` Request id: ${requestId}` : "",
    ].join(""),
  );
  return { error, unauthenticated };
}

/** Reads a small answer whole, within its bounds of time and size. */
export async function readAnswer(
  response: HttpResponse,
  limits: {
    readonly maxBytes: number;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void response.body.cancel();
  }, limits.timeoutMs);
  try {
    for (let batch = await response.body.read(); batch; batch = await response.body.read()) {
      for (const chunk of batch) bytes += chunks.push(Buffer.from(chunk)) && chunk.byteLength;
      if (bytes > limits.maxBytes)
        throw new ResponseFormatError("", `The answer is longer than ${limits.maxBytes} bytes.`);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    limits.signal?.throwIfAborted();
    if (!late) throw error;
    const message = `The answer was not complete after ${limits.timeoutMs} ms. Raise timeouts.bodyMs if the service is slow.`;
    throw new TimeoutError({ phase: "body", timeoutMs: limits.timeoutMs }, message, { cause: error });
  } finally {
    clearTimeout(timer);
    await response.body.cancel();
  }
}
