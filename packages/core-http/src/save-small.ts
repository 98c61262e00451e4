import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SavedFile } from "./download.ts";
import type { DownloadSource } from "./download-source.ts";
import { digestOf } from "./file-digest.ts";
import { onFile } from "./file-errors.ts";
import type { WritableClaim } from "./file-lock.ts";
import { exists, publish, statOf } from "./publish.ts";
import { finalPath, type LockedRequest } from "./save-request.ts";
import { startTransfer, type Transfer } from "./transfer.ts";

/** A file up to this length, */
const smallBytes = 512 * 1024;
/** that comes within this time, is held in memory until it is whole. */
const smallMs = 250;

/** A transfer that has begun, for a file that proved to be no small one. */
export interface BegunTransfer extends Transfer {
  /** Who takes back what was handed out, from now on. */
  onStartAgain(startAgain: () => Promise<boolean>): void;
}

/**
 * Whether it may turn out to be a small file, of which no earlier run has left anything. Its name must be known: a run that
 * is killed between giving the name and giving up the lock is known by it.
 */
export async function mayBeSmall({
  fileName,
  plan,
  run,
  onceOnly,
  overwrite,
  paths,
}: LockedRequest): Promise<boolean> {
  if (fileName === undefined || run || onceOnly || plan.repeat !== "safe" || overwrite === "if-different")
    return false;
  return !(await exists(paths.journal));
}

/** The file that an earlier run saved, where it was killed before it gave up its lock: they are one file still. */
export async function finishSmall(request: LockedRequest): Promise<SavedFile | undefined> {
  const { target, paths, name, fileName = "", transfer } = request;
  const [saved, claims] = await Promise.all([statOf(target), readdir(paths.lock).catch(() => [])]);
  const found = await Promise.all(claims.map((claim) => statOf(join(paths.lock, claim))));
  if (!saved || !found.some((claim) => claim?.ino === saved.ino && claim.dev === saved.dev)) return undefined;
  const { isHashing, wantedSha256 } = transfer.checks;
  const sha256 = isHashing ? await digestOf(target, "sha256") : undefined;
  if (wantedSha256 !== undefined && wantedSha256 !== sha256) return undefined;
  const bytes = Number(saved.size);
  const unknown = { contentType: undefined, etag: undefined, requestId: undefined };
  const effort = { attempts: 0, resumedFromByte: bytes, elapsedMs: 0 };
  return { ...unknown, ...effort, path: target, fileName, bytes, totalBytes: bytes, sha256, source: name };
}

/**
 * A small file needs no journal and no partial file: until it is whole nothing of it is on the disk, and then it is written
 * to the claim that is the lock. Whatever turns out otherwise (it is long, slow, cut for good, or not the file) goes on by
 * the way of the long ones, with the bytes that came.
 */
export async function saveIfSmall(
  request: LockedRequest,
  claim: WritableClaim,
): Promise<SavedFile | BegunTransfer> {
  const { plan, transfer: settings } = request;
  let held: Uint8Array[] = [];
  let bytes = 0;
  let handedOut = 0;
  let pending: Promise<readonly Uint8Array[] | undefined> | undefined;
  let startAgain = async (): Promise<boolean> => true;
  const transfer = await startTransfer(plan as DownloadSource, {
    ...settings,
    startAgain() {
      held = [];
      bytes = 0;
      handedOut = 0;
      return startAgain();
    },
  });

  const begun: BegunTransfer = {
    ...transfer,
    async read(wantedBytes) {
      const batch = held.length > 0 ? held : await (pending ?? transfer.read(wantedBytes));
      if (batch === held) held = [];
      else pending = undefined;
      for (const chunk of batch ?? []) handedOut += chunk.byteLength;
      return batch;
    },
    heldBytes: () => handedOut,
    onStartAgain(next) {
      startAgain = next;
    },
  };
  /** Whether all of it has come, in time, and fits. */
  async function isSmall(): Promise<boolean> {
    if ((transfer.info.totalBytes ?? 0) > smallBytes) return false;
    const waiting = new AbortController();
    const late = sleep(smallMs, "late" as const, { signal: waiting.signal }).catch(() => "late" as const);
    try {
      while (bytes <= smallBytes) {
        pending = transfer.read(smallBytes);
        const batch = await Promise.race([pending, late]);
        if (batch === "late") return false;
        pending = undefined;
        if (!batch) return true;
        for (const chunk of batch) bytes += held.push(Buffer.from(chunk)) && chunk.byteLength;
      }
      return false;
    } catch {
      return false; // `begun` hands the same failure out, after the bytes that are worth keeping
    } finally {
      waiting.abort();
    }
  }

  if (!(await isSmall())) {
    try {
      await claim.prove(request.target);
    } catch (error) {
      await transfer.cancel();
      settings.signal?.throwIfAborted();
      throw error;
    }
    return begun;
  }
  settings.progress.report({ phase: "saving" });
  await onFile(claim.path, async () => {
    await claim.file.writeFile(Buffer.concat(held));
    if (request.fsync) await claim.file.sync();
  });
  const path = await publish(claim.path, finalPath(request, transfer), {
    replace: request.overwrite === true,
    numberTakenNames: false,
    fsync: request.fsync,
    onPath: async (name) => request.beforePublish?.({ ...transfer.result(), path: name }),
  });
  return { ...transfer.result(), path };
}
