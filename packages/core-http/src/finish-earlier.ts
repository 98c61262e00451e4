import { basename, join, resolve } from "node:path";
import type { SavedFile } from "./download.ts";
import { isFile } from "./file-digest.ts";
import { type Journal, type JournalState, openJournal } from "./journal.ts";
import { removeFile } from "./partial-file.ts";
import { publish, statOf } from "./publish.ts";
import type { LockedRequest } from "./save-request.ts";
import { syncFolder } from "./sync-folder.ts";

/** After so long the object may be another: then the server is asked. */
const finishWithinMs = 10 * 60 * 1000;

/** A crash between the last check and the last clean-up: the file is whole, and nothing need be fetched. */
export async function finishEarlier(
  earlier: JournalState,
  request: LockedRequest,
): Promise<SavedFile | undefined> {
  const { published, stage } = earlier;
  const { paths, folder, onceOnly } = request;
  if (stage !== "publishing" || !published) return undefined;
  // The earlier run may have been given another digest to expect, or none.
  const { wantedSha256 } = request.transfer.checks;
  if (wantedSha256 !== undefined && wantedSha256 !== published.sha256) return undefined;
  const path = join(folder, basename(published.path));
  const isPublished = (await isOurs(path, paths.part, published.sha256)) && (await isFile(path, published));
  if (!isPublished && !(await isFile(paths.part, published))) return undefined;
  const isOld = Date.now() - published.at > finishWithinMs;
  if (isOld && mayBeAnother(request, isPublished)) return undefined;
  const journal = await openJournal(paths.journal, earlier);
  try {
    const options = {
      replace: request.overwrite !== false && !onceOnly,
      numberTakenNames: onceOnly !== undefined,
      fsync: request.fsync,
    };
    // The name may have been taken since: a later run must be told the one that the file got.
    const onPath = (name: string): Promise<void> =>
      journal.record({ published: { ...published, path: basename(name) } });
    const name = isPublished ? path : await publish(paths.part, path, { ...options, onPath });
    await removeFile(paths.part);
    await closeJournal(journal, request);
    const { bytes, sha256 } = published;
    const { etag, totalBytes } = earlier.validators ?? {};
    const about = {
      fileName: earlier.fileName ?? basename(name),
      contentType: undefined,
      requestId: undefined,
      source: request.name,
    };
    return {
      ...about,
      path: name,
      bytes,
      sha256,
      totalBytes,
      etag,
      attempts: 0,
      resumedFromByte: bytes,
      elapsedMs: 0,
    };
  } finally {
    await journal.close();
  }
}

/** Whether what is asked for now may be another file than the one that was saved then. */
function mayBeAnother({ run, onceOnly, overwrite }: LockedRequest, isPublished: boolean): boolean {
  if (run) return isPublished; // the next export; one that never got its name is still to be handed over
  // The object may have changed, unless what was asked for is any file under a name that it has already.
  return !onceOnly && (!isPublished || overwrite !== false);
}

/** Without a digest any file of that length might be it: then only one that shares its bytes with the part, or follows it. */
async function isOurs(path: string, part: string, sha256: string | undefined): Promise<boolean> {
  if (sha256 !== undefined) return true;
  const [named, partial] = await Promise.all([statOf(path), statOf(part)]);
  return partial === undefined || (named?.ino === partial.ino && named.dev === partial.dev);
}

/** Of a file that comes only once the journal stays: it tells a second run the truth. */
export async function closeJournal(
  journal: Journal,
  { onceOnly, run, paths, folder, fsync, transfer: { signal } }: LockedRequest,
): Promise<void> {
  await run?.cleanUp(journal, signal);
  // Of a whole job the same call means another export, with an archive of its own.
  const isMarked = onceOnly !== undefined && run === undefined;
  if (isMarked) await journal.record({ stage: "saved" });
  if (isMarked) await journal.sync();
  await journal.close();
  if (isMarked) return;
  await removeFile(paths.journal);
  if (fsync) await syncFolder(resolve(folder));
}
