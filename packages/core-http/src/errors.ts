/** The kind of refusal a service gave, read from its own error code, since most services answer 400 to everything. */
export type ServiceErrorKind =
  | "invalid"
  | "forbidden"
  | "not-found"
  | "not-ready"
  | "expired"
  | "throttled"
  | "busy"
  | "server"
  | "unknown";

/** Options of every error: `cause` is what lay beneath it. */
export interface CloudhaulErrorOptions {
  readonly cause?: unknown;
}

/**
 * Present on every error of ours and shared by all copies of this package in a program, so that
 * `isInstance` holds where `instanceof` would not.
 */
const brandsKey: unique symbol = Symbol.for("@cloudhaul/error");

/**
 * The base of every error that Cloudhaul throws. `code` is stable and meant for programs; `message` says what
 * happened and what to do. An aborted call is no error of ours: it rejects with the signal's own reason.
 *
 * @example
 * ```ts
 * try {
 *   await download.toFile("export.zip");
 * } catch (error) {
 *   if (CloudhaulError.isInstance(error)) console.error(error.code, error.message);
 * }
 * ```
 */
export class CloudhaulError extends Error {
  /** The name of the class, which a minifier may take from the class itself. */
  static readonly className: string = "CloudhaulError";
  /** Stable and in capitals, for example `DISK_FULL`. */
  readonly code: string;

  constructor(code: string, message: string, options: CloudhaulErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.name = new.target.className;
    Object.defineProperty(this, brandsKey, { value: brandsOf(new.target) });
  }

  /** Whether `value` is an error of this class, made by this or another copy of the package. */
  static isInstance<
    Class extends (abstract new (...args: never[]) => CloudhaulError) & { readonly className: string },
  >(this: Class, value: unknown): value is InstanceType<Class> {
    const brands = (value as { [brandsKey]?: readonly string[] } | undefined | null)?.[brandsKey];
    // biome-ignore lint/complexity/noThisInStatic: the question is asked of a subclass
    return brands?.includes(this.className) ?? false;
  }
}

function brandsOf(errorClass: { readonly className: string }): readonly string[] {
  const brands: string[] = [];
  for (let at = errorClass; at.className; at = Object.getPrototypeOf(at)) brands.push(at.className);
  return brands;
}

/** An option or argument is missing or wrong. Thrown at once, before anything is sent. Code `CONFIGURATION`. */
export class ConfigurationError extends CloudhaulError {
  static override readonly className: string = "ConfigurationError";
  /** The option or argument that is wrong, for example `fileId`. */
  readonly option: string;

  constructor(option: string, message: string, options?: CloudhaulErrorOptions) {
    super("CONFIGURATION", message, options);
    this.option = option;
  }
}

/** What {@link AuthenticationError} tells. */
export interface AuthenticationErrorFields {
  /** What kind of credential it was, for example `access-key`; `none` where none was found. */
  readonly credentialKind: string;
  /** Where it came from, for example `environment`. */
  readonly source: string;
  /** The host that refused it, where one was asked. */
  readonly host?: string | undefined;
}

/** No credential was found, or the service refused the one given. Code `AUTHENTICATION`. */
export class AuthenticationError extends CloudhaulError {
  static override readonly className: string = "AuthenticationError";
  readonly credentialKind: string;
  readonly source: string;
  readonly host: string | undefined;

  constructor(fields: AuthenticationErrorFields, message: string, options?: CloudhaulErrorOptions) {
    super("AUTHENTICATION", message, options);
    this.credentialKind = fields.credentialKind;
    this.source = fields.source;
    this.host = fields.host;
  }
}

/** What {@link ServiceError} tells. */
export interface ServiceErrorFields {
  /** HTTP status of the answer. */
  readonly status: number;
  readonly kind: ServiceErrorKind;
  /** The service's own code, for example `HSS.0011`; `undefined` where the answer held none. */
  readonly serviceCode?: string | undefined;
  /** The service's own words, secrets removed, at most 1,000 characters. */
  readonly serviceMessage?: string | undefined;
  /** The id under which the vendor's support finds the request. */
  readonly requestId?: string | undefined;
  /** The operation by the vendor's name, for example `ListDownloadExportedFile`. */
  readonly operation: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** How long the service asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The service answered, and its answer is a refusal. The code is `SERVICE_` and the kind, for example `SERVICE_NOT_FOUND`. */
export class ServiceError extends CloudhaulError {
  static override readonly className: string = "ServiceError";
  readonly status: number;
  readonly kind: ServiceErrorKind;
  readonly serviceCode: string | undefined;
  readonly serviceMessage: string | undefined;
  readonly requestId: string | undefined;
  readonly operation: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(fields: ServiceErrorFields, message: string, options?: CloudhaulErrorOptions) {
    super(`SERVICE_${fields.kind.toUpperCase().replace("-", "_")}`, message, options);
    this.status = fields.status;
    this.kind = fields.kind;
    this.serviceCode = fields.serviceCode;
    this.serviceMessage = fields.serviceMessage;
    this.requestId = fields.requestId;
    this.operation = fields.operation;
    this.retryable = fields.retryable;
    this.retryAfterMs = fields.retryAfterMs;
  }
}

/** The service ran the export task and says that it failed. Code `EXPORT_FAILED`. */
export class ExportFailedError extends CloudhaulError {
  static override readonly className: string = "ExportFailedError";
  readonly taskId: string;
  /** Everything that the service said of the failure; `undefined` where it says nothing. */
  readonly reason: string | undefined;

  constructor(taskId: string, reason: string | undefined, message: string, options?: CloudhaulErrorOptions) {
    super("EXPORT_FAILED", message, options);
    this.taskId = taskId;
    this.reason = reason;
  }
}

/** The service's answer is not what its documents say. Code `RESPONSE_FORMAT`. */
export class ResponseFormatError extends CloudhaulError {
  static override readonly className: string = "ResponseFormatError";
  /** Where in the answer, for example `files.0.download_link`; empty for the whole of it. */
  readonly path: string;

  constructor(path: string, message: string, options?: CloudhaulErrorOptions) {
    super("RESPONSE_FORMAT", message, options);
    this.path = path;
  }
}

/** In which phase of a request it went wrong. */
export type RequestPhase = "connect" | "headers" | "body";

/** What went wrong on the way to the server, as {@link TransportError} codes. */
export type TransportErrorCode =
  | "DNS"
  | "CONNECTION_REFUSED"
  | "CONNECTION_LOST"
  | "TLS"
  | "PROXY"
  | "PROTOCOL"
  | "HEADERS_TOO_LARGE";

/** The connection could not be made, or broke. The codes are those of {@link TransportErrorCode}. */
export class TransportError extends CloudhaulError {
  static override readonly className: string = "TransportError";
  readonly phase: RequestPhase;

  constructor(
    code: TransportErrorCode,
    phase: RequestPhase,
    message: string,
    options?: CloudhaulErrorOptions,
  ) {
    super(code, message, options);
    this.phase = phase;
  }
}

/** What {@link TimeoutError} tells. */
export interface TimeoutErrorFields {
  /** What took too long: `wait` is waiting for an export task. */
  readonly phase: RequestPhase | "wait";
  /** The limit, in milliseconds. */
  readonly timeoutMs: number;
  /** The task that was waited for, so that the wait can be taken up again. */
  readonly taskId?: string | undefined;
}

/** Something took longer than its limit. The code is `TIMEOUT_` and the phase, for example `TIMEOUT_CONNECT`. */
export class TimeoutError extends CloudhaulError {
  static override readonly className: string = "TimeoutError";
  readonly phase: RequestPhase | "wait";
  readonly timeoutMs: number;
  readonly taskId: string | undefined;

  constructor(fields: TimeoutErrorFields, message: string, options?: CloudhaulErrorOptions) {
    super(`TIMEOUT_${fields.phase.toUpperCase()}`, message, options);
    this.phase = fields.phase;
    this.timeoutMs = fields.timeoutMs;
    this.taskId = fields.taskId;
  }
}
