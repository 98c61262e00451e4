import type { SavedFile } from "./download.ts";
import { CloudhaulError, type CloudhaulErrorOptions } from "./errors.ts";

/** Which check the bytes did not pass. */
export type IntegrityReason =
  | "length"
  | "digest"
  | "encoding"
  | "content"
  | "changed"
  | "range"
  | "archive-end";

/** What {@link IntegrityError} tells. */
export interface IntegrityErrorFields {
  readonly reason: IntegrityReason;
  /** What should have come: a length in bytes, a digest, a type. */
  readonly expected?: string | undefined;
  /** What came. */
  readonly received?: string | undefined;
  /** Where the suspect bytes are kept. */
  readonly partialPath?: string | undefined;
}

/** What arrived is not the file. Nothing was published. The code is `INTEGRITY_` and the reason, for example `INTEGRITY_LENGTH`. */
export class IntegrityError extends CloudhaulError {
  static override readonly className: string = "IntegrityError";
  readonly reason: IntegrityReason;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly partialPath: string | undefined;

  constructor(fields: IntegrityErrorFields, message: string, options?: CloudhaulErrorOptions) {
    super(`INTEGRITY_${fields.reason.toUpperCase().replace("-", "_")}`, message, options);
    this.reason = fields.reason;
    this.expected = fields.expected;
    this.received = fields.received;
    this.partialPath = fields.partialPath;
  }
}

/** What the disk refused, as {@link FileSystemError} codes. */
export type FileSystemErrorCode =
  | "DISK_FULL"
  | "PERMISSION_DENIED"
  | "READ_ONLY"
  | "TARGET_EXISTS"
  | "IS_A_DIRECTORY"
  | "NOT_A_DIRECTORY"
  | "NOT_FOUND"
  | "NAME_TOO_LONG"
  | "FILE_SYSTEM";

/** The disk refused. The codes are those of {@link FileSystemErrorCode}. */
export class FileSystemError extends CloudhaulError {
  static override readonly className: string = "FileSystemError";
  readonly path: string;

  constructor(code: FileSystemErrorCode, path: string, message: string, options?: CloudhaulErrorOptions) {
    super(code, message, options);
    this.path = path;
  }
}

/** Another process is writing the same target. Code `TARGET_BUSY`. */
export class TargetBusyError extends CloudhaulError {
  static override readonly className: string = "TargetBusyError";
  readonly path: string;

  constructor(path: string, message: string, options?: CloudhaulErrorOptions) {
    super("TARGET_BUSY", message, options);
    this.path = path;
  }
}

/** An export was started and no answer came, so that nobody knows its task. It is told once; the next call starts another. Code `START_LOST`. */
export class LostStartError extends CloudhaulError {
  static override readonly className: string = "LostStartError";
  /** The operation by the vendor's name, for example `ExportVuls`. */
  readonly operation: string;
  readonly startedAt: Date;

  constructor(operation: string, startedAt: Date, message: string, options?: CloudhaulErrorOptions) {
    super("START_LOST", message, options);
    this.operation = operation;
    this.startedAt = startedAt;
  }
}

/** Some files of a set could not be saved; the others are, and the same call skips them. Code `SET_INCOMPLETE`. */
export class IncompleteSetError extends CloudhaulError {
  static override readonly className: string = "IncompleteSetError";
  readonly saved: readonly SavedFile[];
  /** By name within the set. */
  readonly failures: readonly { readonly name: string; readonly error: unknown }[];

  constructor(
    saved: readonly SavedFile[],
    failures: readonly { readonly name: string; readonly error: unknown }[],
    message: string,
    options?: CloudhaulErrorOptions,
  ) {
    super("SET_INCOMPLETE", message, options);
    this.saved = saved;
    this.failures = failures;
  }
}

/** What {@link OnceOnlyDownloadError} tells. */
export interface OnceOnlyDownloadErrorFields {
  /** Where the bytes that arrived are kept; `undefined` where none arrived. */
  readonly partialPath?: string | undefined;
  readonly receivedBytes: number;
  /** The length that the server announced, where it did. */
  readonly expectedBytes?: number | undefined;
  /** Whether the service counts the one download as used. */
  readonly consumed: "no" | "yes" | "unknown";
}

/** A file that can be downloaded only once did not arrive whole, or is asked for a second time. Code `ONCE_ONLY`. */
export class OnceOnlyDownloadError extends CloudhaulError {
  static override readonly className: string = "OnceOnlyDownloadError";
  readonly partialPath: string | undefined;
  readonly receivedBytes: number;
  readonly expectedBytes: number | undefined;
  readonly consumed: "no" | "yes" | "unknown";

  constructor(fields: OnceOnlyDownloadErrorFields, message: string, options?: CloudhaulErrorOptions) {
    super("ONCE_ONLY", message, options);
    this.partialPath = fields.partialPath;
    this.receivedBytes = fields.receivedBytes;
    this.expectedBytes = fields.expectedBytes;
    this.consumed = fields.consumed;
  }
}
