import type { CallOptions } from "./call-options.ts";

/** What one download has left in a folder: partial file, journal and lock, under hidden names. */
export interface Leftover {
  /**
   * - `stale`: nobody needs it, except to go on where an interrupted download was
   * - `in-use`: a download is running
   * - `once-only`: of a file that can be downloaded only once, which was asked for; it may be all that there is of it, and
   *   it keeps the file from being asked for again
   */
  readonly state: "stale" | "in-use" | "once-only";
  /** What was downloaded, where that can be read. No secret is in it. */
  readonly source: string | undefined;
  /** All that belongs to it. A lock is a folder. */
  readonly paths: readonly string[];
  /** What its removal makes free. */
  readonly bytes: number;
}

/**
 * Finds what interrupted downloads have left in a folder; folders below are not looked into. Nothing is changed.
 *
 * @throws FileSystemError when the folder cannot be looked into
 * @example
 * ```ts
 * for (const leftover of await findLeftovers("exports/"))
 *   if (leftover.state === "stale") await removeLeftover(leftover);
 * ```
 */
export async function findLeftovers(
  folder: string,
  options: Pick<CallOptions, "signal"> = {},
): Promise<readonly Leftover[]> {
  return (await import("./clear-leftovers.ts")).findLeftovers(folder, options.signal);
}

/**
 * Removes what {@link findLeftovers} found, one that is `once-only`, too. It holds the lock of the download meanwhile, so
 * that none can begin in the middle.
 *
 * @returns whether it did: not where a download runs, or where it has become `once-only` since it was found
 * @throws FileSystemError when something cannot be removed
 */
export async function removeLeftover(
  leftover: Leftover,
  options: Pick<CallOptions, "signal"> = {},
): Promise<boolean> {
  return (await import("./clear-leftovers.ts")).removeLeftover(leftover, options.signal);
}
