import type { Download, FileOptions, SavedFile } from "./download.ts";

/** One file for {@link downloadAll}. */
export interface DownloadItem {
  readonly download: Download;
  /** As for `toFile`. */
  readonly path: string;
}

/** What became of one file: it was saved, or there is an error. */
export type DownloadOutcome =
  | { readonly path: string; readonly file: SavedFile; readonly error?: undefined }
  | { readonly path: string; readonly file?: undefined; readonly error: unknown };

/** Options of {@link downloadAll}. */
export interface DownloadAllOptions extends Omit<FileOptions, "sha256"> {
  /** How many files at a time. Default 4. */
  readonly concurrency?: number | undefined;
  /** Whether the first failure ends it: what runs ends first, nothing new is begun, and the call rejects with it. Default false. */
  readonly stopOnError?: boolean | undefined;
}

/**
 * Saves many files, a few at a time; items are taken as they are needed, so they may be without end. One failure does not
 * stop the rest: look at each outcome.
 *
 * @returns what became of each file, in the order of the items
 * @throws the first failure, with `stopOnError`; the signal's reason, when it aborts
 * @example
 * ```ts
 * const outcomes = await downloadAll([{ download, path: "a.zip" }], { concurrency: 8 });
 * for (const { path, error } of outcomes) if (error) console.error(path, error);
 * ```
 */
export async function downloadAll(
  items: Iterable<DownloadItem> | AsyncIterable<DownloadItem>,
  options: DownloadAllOptions = {},
): Promise<readonly DownloadOutcome[]> {
  const { saveAll } = await import("./save-all.ts");
  return saveAll(items, options);
}
