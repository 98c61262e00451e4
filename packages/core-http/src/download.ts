import type { Readable } from "node:stream";
import type { Destination, DownloadInfo, TransferResult } from "./destination.ts";
import type { DownloadPlan } from "./download-source.ts";
import type { ProgressEvent } from "./progress.ts";

/** Options of every way to consume a {@link Download}. */
export interface TransferOptions {
  /** Ends the transfer; it then rejects with the signal's reason, once connection and file are closed. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each change of phase, and about ten times a second in between. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** How long no byte may come before the connection is given up, in milliseconds. Default 30,000. */
  readonly stallTimeoutMs?: number | undefined;
  /**
   * `compute` (the default) reports the sha256 of the bytes, `off` saves its cost, and 64 hex digits are compared with
   * it: other bytes are an {@link IntegrityError}.
   */
  readonly sha256?: "compute" | "off" | (string & {}) | undefined;
  /** The most bytes in a second, over the whole transfer. Default: no limit. */
  readonly maxBytesPerSecond?: number | undefined;
  /**
   * A file that can be downloaded only once is saved in this folder first, and handed on from there; it is removed once
   * that is done. Not needed by `toFile`.
   */
  readonly spoolDirectory?: string | undefined;
  /**
   * A file that can be downloaded only once goes to a file, from which nothing is lost. To let it go elsewhere, say here
   * that you accept losing it. Default false.
   */
  readonly acceptLoss?: boolean | undefined;
}

/** Options of {@link Download.toFile}. */
export interface FileOptions extends Omit<TransferOptions, "acceptLoss" | "spoolDirectory"> {
  /**
   * Whether a file of that name is replaced, in one step, once the new one is whole. Default false: it is an error.
   * `if-different` keeps a file that the server's MD5 proves equal; its result has `attempts: 0`.
   */
  readonly overwrite?: boolean | "if-different" | undefined;
  /** Whether file and folder are flushed to the disk before the call ends, so that a power cut takes nothing. Default true. */
  readonly fsync?: boolean | undefined;
  /**
   * The most connections that the file may use, 1 to 64. Default 1. It begins with one; the others join while that one
   * alone is slow, and only where a server proves that all parts are of one object: under a strong ETag or a date that is
   * old enough, and a length. A file that comes only once, or at a pace that the service sets, uses one.
   */
  readonly connections?: number | undefined;
}

/** Options of {@link Download.toBytes}. */
export interface BytesOptions extends TransferOptions {
  /** The most bytes to hold in memory. A longer file is refused. */
  readonly maxBytes: number;
}

/** A file on the disk, whole and checked. */
export interface SavedFile extends TransferResult {
  readonly path: string;
}

/** A Node stream of the file's bytes, with what the answer's headers said. */
export type DownloadStream = Readable & { readonly info: DownloadInfo };

/**
 * The plan of one download: nothing is sent until bytes are asked for. It may be used again, and each use is a
 * transfer of its own, unless the service gives the file only once.
 *
 * @example
 * ```ts
 * const file = await download.toFile("exports/");
 * console.log(file.path, file.bytes, file.sha256);
 * ```
 */
export interface Download {
  /**
   * Saves it as a file. Resolves after everything is closed.
   *
   * @param path - a file, or a folder (it ends in `/`, or exists) in which the server's file name is used, made safe.
   * Folders that are missing are made
   * @throws FileSystemError when the path is taken or cannot be written
   * @throws ServiceError, AuthenticationError, TransportError, TimeoutError when the service or the way to it fails
   * @throws IntegrityError when what came is not the file; nothing was published
   * @throws OnceOnlyDownloadError when a file that comes only once did not arrive, or was asked for before
   */
  toFile(path: string, options?: FileOptions): Promise<SavedFile>;
  /**
   * Resolves to a stream once the answer's headers are there. The stream ends with an error, never short. Destroying it, or
   * leaving its loop early, closes the connection.
   */
  toStream(options?: TransferOptions): Promise<DownloadStream>;
  /** Holds it in memory, up to a limit that you must give. */
  toBytes(options: BytesOptions): Promise<Buffer>;
  /** Hands its bytes to a store of your own. */
  toDestination(destination: Destination, options?: TransferOptions): Promise<TransferResult>;
}

/**
 * Makes the plan for one file. The engine behind it is loaded when bytes are first asked for.
 *
 * @param plan - where its bytes come from: a file that is there, or a job that makes it
 */
export function createDownload(plan: DownloadPlan): Download {
  const consumption = { used: false };
  const engine = () => import("./consume.ts");
  return {
    toFile: async (path, options = {}) => (await engine()).toFile(plan, consumption, path, options),
    toStream: async (options = {}) => (await engine()).toStream(plan, consumption, options),
    toBytes: async (options) => (await engine()).toBytes(plan, consumption, options),
    toDestination: async (destination, options = {}) =>
      (await engine()).toDestination(plan, consumption, destination, options),
  };
}
