import fs from "node:fs";
import { basename } from "node:path";
import { byteCount } from "./body-reading.ts";
import { ownClaim } from "./claim.ts";
import type { SavedFile } from "./download.ts";
import type { DownloadSource } from "./download-source.ts";
import { mayRemain } from "./drafts.ts";
import { onFile } from "./file-errors.ts";
import { targetBusy } from "./file-lock.ts";
import { inFolder } from "./make-folder.ts";
import { removeFile } from "./partial-file.ts";
import { exists, publish } from "./publish.ts";
import { quickCall } from "./quick-call.ts";
import { finalPath, type LockedRequest } from "./save-request.ts";
import { type SharedTransfer, startTransfer, type Transfer } from "./transfer.ts";

/** A file up to this length, */
const smallBytes = 512 * 1024;
/** that comes within this time, is held in memory until it is whole. */
const smallMs = 250;

/** A transfer that has begun, for a file that proved to be no small one. */
export interface BegunTransfer extends SharedTransfer {
  /** Who takes back what was handed out, from now on. */
  onStartAgain(startAgain: () => Promise<boolean>): void;
}

/**
 * Whether it may turn out to be a small file, of which no earlier run has left anything. Its name must be known: a run that
 * is killed right after giving it is known by it.
 */
export async function mayBeSmall({
  fileName,
  folder,
  plan,
  run,
  overwrite,
  paths,
}: LockedRequest): Promise<boolean> {
  if (fileName === undefined || run || plan.repeat !== "safe" || overwrite === "if-different") return false;
  // A journal tells of an earlier run, a lock of one that goes on.
  const names = [basename(paths.journal), basename(paths.lock)];
  if (!(await mayRemain(folder, names))) return true;
  const [hasJournal, hasLock] = await Promise.all([exists(paths.journal), exists(paths.lock)]);
  return !hasJournal && !hasLock;
}

/**
 * A small file needs no lock, no journal and no partial file: until it is whole nothing of it is on the disk, and then it
 * is written in one piece. Whatever turns out otherwise (it is long, slow, cut for good, or not the file) goes on by the
 * way of the long ones, with the bytes that came.
 */
export async function saveIfSmall(request: LockedRequest): Promise<SavedFile | BegunTransfer> {
  const { lock } = request.paths;
  if (underWay.has(lock)) throw targetBusy(request.target);
  underWay.add(lock);
  try {
    return await saveOrBegin(request);
  } finally {
    underWay.delete(lock);
  }
}

/** What this process fetches at the moment without a lock on the disk. */
const underWay = new Set<string>();

async function saveOrBegin(request: LockedRequest): Promise<SavedFile | BegunTransfer> {
  const { plan, transfer: settings } = request;
  let bytes = 0;
  /** What came and found no room. Nothing more is asked for while it is held. */
  let rest: readonly Uint8Array[] = [];
  let pending: Promise<readonly Uint8Array[] | undefined> | undefined;
  let isRead = false;
  let startAgain = async (): Promise<boolean> => true;
  const transfer = await startTransfer(plan as DownloadSource, {
    ...settings,
    startAgain() {
      bytes = 0;
      return startAgain();
    },
  });
  const { totalBytes } = transfer.info;
  const memory = Buffer.allocUnsafeSlow(Math.min(totalBytes ?? smallBytes, smallBytes));

  function takeHeld(): readonly Uint8Array[] {
    const held = [memory.subarray(0, bytes), ...rest];
    bytes = 0;
    rest = [];
    return held;
  }

  const begun: BegunTransfer = {
    ...transfer,
    async read(wantedBytes) {
      isRead = true;
      // Settled first: it may begin anew, and what is held would be written behind that.
      await pending?.catch(() => {}); // told below
      if (bytes > 0 || rest.length > 0) return takeHeld();
      const batch = await (pending ?? transfer.read(wantedBytes));
      pending = undefined;
      return batch;
    },
    // What comes before it is asked for is not what an earlier run left.
    heldBytes: () => (isRead ? transfer.heldBytes() : 0),
    onStartAgain(next) {
      startAgain = next;
    },
  };
  /** Whether all of it has come, in time, and fits. */
  async function isSmall(): Promise<boolean> {
    if ((totalBytes ?? 0) > smallBytes) return false; // its first bytes need not wait in memory for the rest
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, smallMs, "late");
    });
    try {
      for (;;) {
        pending = transfer.read(smallBytes);
        const batch = await Promise.race([pending, late]);
        if (batch === "late") return false;
        pending = undefined;
        if (!batch) return true;
        if (bytes + byteCount(batch) > memory.length) {
          rest = batch;
          return false;
        }
        for (const chunk of batch) {
          memory.set(chunk, bytes);
          bytes += chunk.byteLength;
        }
      }
    } catch {
      return false; // `begun` hands the same failure out, after the bytes that are worth keeping
    } finally {
      clearTimeout(timer);
    }
  }

  if (!(await isSmall())) return begun;
  settings.progress.report({ phase: "saving" });
  return publishDraft(memory.subarray(0, bytes), transfer, request);
}

async function publishDraft(
  bytes: Uint8Array,
  transfer: Transfer,
  request: LockedRequest,
): Promise<SavedFile> {
  const { folder, paths, fsync, overwrite, beforePublish } = request;
  const draft = paths.draft + (await ownClaim());
  try {
    await inFolder(folder, () => writeDraft(draft, bytes, fsync));
    const path = await publish(draft, finalPath(request, transfer), {
      replace: overwrite === true,
      numberTakenNames: false,
      fsync,
      onPath: async (name) => beforePublish?.({ ...transfer.result(), path: name }),
    });
    return { ...transfer.result(), path };
  } catch (error) {
    await removeFile(draft);
    throw error;
  }
}

const { O_CREAT, O_DSYNC, O_EXCL, O_WRONLY } = fs.constants;
/**
 * Linux flushes with the write itself if it is asked to, which spares a thread's turn for each file. macOS would flush no
 * further than to the disk's own memory; Windows cannot.
 */
const flushingFlags = O_CREAT | O_EXCL | O_WRONLY | O_DSYNC;

async function writeDraft(path: string, bytes: Uint8Array, fsync: boolean): Promise<void> {
  const flags = fsync && process.platform === "linux" ? flushingFlags : "wx";
  await onFile(path, async () => {
    const file = await quickCall<number>((done) => fs.open(path, flags, done));
    let isFlushed = false;
    try {
      for (let at = 0; at < bytes.length; )
        at += await quickCall<number>((done) => fs.write(file, bytes, at, done));
      if (fsync && flags === "wx") await quickCall((done) => fs.fsync(file, done));
      isFlushed = fsync;
    } finally {
      // What is on the disk already is closed at once; otherwise a file system behind a network would write it now.
      if (isFlushed) fs.closeSync(file);
      else await quickCall((done) => fs.close(file, done));
    }
  });
}
