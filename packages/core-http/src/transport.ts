/** One HTTP/1.1 request as it goes on the wire. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute, and sent byte for byte: a pre-signed link breaks when it is normalised. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

/** One answer, its body still unread. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated values joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must be read to its end or cancelled, or its connection stays open. */
  readonly body: ResponseBody;
}

/** The bytes of an answer, pulled by the reader; nothing is read ahead of the reader beyond a small bound. */
export interface ResponseBody {
  /**
   * Resolves with all the chunks that are at hand, at least one, or with `undefined` at the end; rejects with a
   * {@link TransportError} when the connection breaks. One call at a time.
   *
   * @param wantedBytes - a hint: the transport may wait a moment until so many bytes are at hand, since few large writes
   * cost less than many small ones. Default 1.
   * @returns chunks that are good until the next call: their memory may then be used again
   */
  read(wantedBytes?: number): Promise<readonly Uint8Array[] | undefined>;
  /** Gives up what is unread and closes the connection. May be called more than once. */
  cancel(): Promise<void>;
}

/** How to send one request. */
export interface TransportSendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Limit for the answer's headers to arrive after the request was sent, in milliseconds. */
  readonly headersTimeoutMs?: number | undefined;
  /** Uses a connection on which nothing was sent before, so that "no answer" cannot mean "an old connection had closed". */
  readonly freshConnection?: boolean | undefined;
}

/**
 * What carries requests. Give your own to route them through something else; it must not follow redirects, decode
 * bodies, or repeat requests: all three are decided above it.
 */
export interface Transport {
  /**
   * Sends one request and resolves once the answer's headers are there, whatever the status.
   *
   * @throws TransportError when the connection cannot be made or breaks
   * @throws TimeoutError when connecting, or waiting for headers, takes too long
   */
  send(request: HttpRequest, options?: TransportSendOptions): Promise<HttpResponse>;
  /** Closes idle connections. Requests that are under way end first. */
  close(): Promise<void>;
}

/** Private certificate authorities and the like. */
export interface TlsOptions {
  /** Certificates, in PEM, that are trusted in place of the system's. */
  readonly ca?: string | readonly string[] | undefined;
}

/** Limits in milliseconds; there is no limit on a whole download. */
export interface TimeoutOptions {
  /** For the connection, TLS included. Default 10,000. */
  readonly connectMs?: number | undefined;
  /** For the headers of the answer, after the request was sent. Default 30,000. */
  readonly headersMs?: number | undefined;
  /** For the whole body of a JSON answer or of an error, never of a download. Default 30,000. */
  readonly bodyMs?: number | undefined;
}
