import type { CallOptions } from "./call-options.ts";
import type { Download, FileOptions, SavedFile } from "./download.ts";
import type { SourceIdentity } from "./download-source.ts";
import type { Logger } from "./logger.ts";

/** One file of a {@link DownloadSet}. */
export interface DownloadSetItem {
  readonly download: Download;
  /** The server's name of it; made safe before use. */
  readonly fileName: string;
  /** The part of the set that it belongs to, a shard for example: files of a group go to a folder of that name. */
  readonly group?: string | undefined;
}

/** Where a {@link DownloadSet} gets its list of files. */
export interface DownloadSetSource {
  readonly logger: Logger;
  /** What the set is known by; its last id names the manifest. */
  identity(signal: AbortSignal | undefined): Promise<SourceIdentity>;
  /** Asks the service which files there are. */
  list(signal: AbortSignal | undefined): Promise<readonly DownloadSetItem[]>;
}

/** Options of {@link DownloadSet.toDirectory}. */
export interface DirectoryOptions extends Omit<FileOptions, "sha256"> {
  /**
   * How many connections the whole set may use at a time, 1 to 64. Default 1. Each takes a file; where there are fewer files,
   * a file may use more than one, as {@link FileOptions.connections} says.
   */
  readonly connections?: number | undefined;
  /** Whether the first failure ends it, and the call rejects with that failure itself. Default false. */
  readonly stopOnError?: boolean | undefined;
  /** Told of each file as it ends. What it throws ends the call: what runs ends first. */
  readonly onFile?: ((outcome: SetFileOutcome) => void) | undefined;
}

/** What became of one file of a set: it was saved, or there is an error. `name` is its path in the set's folder. */
export type SetFileOutcome =
  | { readonly name: string; readonly file: SavedFile; readonly error?: undefined }
  | { readonly name: string; readonly file?: undefined; readonly error: unknown };

/** A set on the disk, every file whole and checked. */
export interface SavedSet {
  readonly files: readonly SavedFile[];
  /** A JSON file that lists name, bytes, sha256, group and source of each. */
  readonly manifestPath: string;
}

/** The plan of several downloads that belong together, one backup for example. Nothing is sent until bytes are asked for. */
export interface DownloadSet extends AsyncIterable<Download> {
  /**
   * Saves all files into one folder, those of a group in a folder of its own below. The manifest grows file by file, and a
   * second run skips the files that it lists and that are still as they were. One failure does not stop the rest.
   *
   * @throws IncompleteSetError when files could not be saved; it names each, and what was saved stays
   * @throws ServiceError, AuthenticationError, TransportError, TimeoutError when the list of files cannot be had
   */
  toDirectory(directory: string, options?: DirectoryOptions): Promise<SavedSet>;
  /**
   * The single downloads, as `for await (const download of set)` gives them, with a signal for the request that asks which
   * files there are.
   */
  downloads(options?: Pick<CallOptions, "signal">): AsyncIterable<Download>;
}

/** Makes the plan for a set. */
export function createDownloadSet(source: DownloadSetSource): DownloadSet {
  async function* downloads({ signal }: Pick<CallOptions, "signal"> = {}): AsyncGenerator<Download> {
    for (const { download } of await source.list(signal)) yield download;
  }
  return {
    toDirectory: async (directory, options = {}) =>
      (await import("./save-set.ts")).saveSet(source, directory, options),
    downloads,
    [Symbol.asyncIterator]: () => downloads(),
  };
}
