import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isOfTheLiving } from "./claim.ts";
import { TargetBusyError } from "./download-errors.ts";
import { claimOnDraft } from "./drafts.ts";
import { onFile } from "./file-errors.ts";
import { isLocked, takeFileLock } from "./file-lock.ts";
import { readJournal } from "./journal.ts";
import type { Leftover } from "./leftovers.ts";
import { wasAskedFor } from "./once-only.ts";
import { removeFile } from "./partial-file.ts";
import { type PartialPaths, partialPathsWith } from "./partial-paths.ts";
import { statOf } from "./publish.ts";

/** The work of `findLeftovers`. */
export async function findLeftovers(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<readonly Leftover[]> {
  signal?.throwIfAborted();
  const names = await onFile(folder, () => readdir(folder));
  const places = new Map<string, PartialPaths>();
  for (const name of names) {
    const place = partialPathsWith(folder, name);
    if (place) places.set(place.lock, place);
  }
  const drafts = names.filter((name) => claimOnDraft(name) !== undefined).map((name) => join(folder, name));
  const found = await Promise.all([...[...places.values()].map(describe), ...drafts.map(describeDraft)]);
  signal?.throwIfAborted();
  // What a download that ran has taken away by now is none.
  return found.filter(({ paths }) => paths.length > 0);
}

/** The work of `removeLeftover`. */
export async function removeLeftover(
  { paths: [path = ""], state }: Leftover,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  signal?.throwIfAborted();
  const place = partialPathsWith(dirname(path), basename(path));
  if (!place) {
    const claim = claimOnDraft(basename(path));
    if (claim === undefined || (await isOfTheLiving(claim))) return false;
    await removeFile(path);
    return true;
  }
  const lock = await takeFileLock(place.lock, path, signal).catch((error: unknown) => {
    if (TargetBusyError.isInstance(error)) return undefined;
    throw error;
  });
  if (!lock) return false;
  try {
    if (state !== "once-only" && (await isMarked(place))) return false;
    // The journal goes last: killed in between, it still says what the rest was.
    for (const file of [place.part, draftOf(place), place.journal]) await removeFile(file);
    return true;
  } finally {
    await lock.release();
  }
}

const draftOf = ({ journal }: PartialPaths): string => `${journal}.new`;

async function describe(place: PartialPaths): Promise<Leftover> {
  const { part, journal, lock } = place;
  const state = (await isLocked(lock)) ? "in-use" : (await isMarked(place)) ? "once-only" : "stale";
  const files = [part, journal, draftOf(place)];
  const sizes = await Promise.all(files.map(freedBytes));
  return {
    state,
    source: (await readJournal(journal))?.source,
    paths: await existing([...files, lock]),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** A small file, or a manifest, whose writer was killed before it gave it its name; or it is about to. */
async function describeDraft(path: string): Promise<Leftover> {
  const isRunning = await isOfTheLiving(claimOnDraft(basename(path)) ?? "");
  return {
    state: isRunning ? "in-use" : "stale",
    source: undefined,
    paths: await existing([path]),
    bytes: await freedBytes(path),
  };
}

/** Whether it stands for a file that comes only once, and was asked for. A journal that cannot be read may be such a marker. */
async function isMarked({ journal }: PartialPaths): Promise<boolean> {
  const state = await readJournal(journal);
  if (!state) return (await statOf(journal)) !== undefined;
  return state.repeat === "never" && wasAskedFor(state);
}

/** What has another name, too, is a saved file that was not yet tidied up behind: nothing of it goes. */
async function freedBytes(path: string): Promise<number> {
  const found = await statOf(path);
  return found?.isFile() && Number(found.nlink) === 1 ? Number(found.size) : 0;
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(statOf));
  return paths.filter((_, index) => found[index] !== undefined);
}
