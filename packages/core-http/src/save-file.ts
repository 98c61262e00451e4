import { basename, dirname, sep } from "node:path";
import type { Checks } from "./checks.ts";
import type { SavedFile } from "./download.ts";
import { IntegrityError } from "./download-errors.ts";
import { identityText } from "./download-source.ts";
import { finishDraft, noteRemains } from "./drafts.ts";
import { heldFrom, isResumable, readEarlier, startOf } from "./earlier-run.ts";
import { digestOf } from "./file-digest.ts";
import { takeFileLock } from "./file-lock.ts";
import { closeJournal, finishEarlier } from "./finish-earlier.ts";
import { type Journal, openJournal } from "./journal.ts";
import { inFolder } from "./make-folder.ts";
import { onceOnlyFailure, refuseSecondRun } from "./once-only.ts";
import { openPartialFile, type PartialFile, removeFile } from "./partial-file.ts";
import { partialPaths } from "./partial-paths.ts";
import { exists, publish, statOf, takenError } from "./publish.ts";
import { receiveFile } from "./receive-file.ts";
import { isGone, sourceOf } from "./run-export.ts";
import { finalPath, type LockedRequest, type SaveRequest } from "./save-request.ts";
import { type BegunTransfer, mayBeSmall, saveIfSmall } from "./save-small.ts";
import { type SharedTransfer, startTransfer, type Transfer } from "./transfer.ts";
import type { TransferSettings } from "./transfer-settings.ts";
import { conditionalRange } from "./validators.ts";

/**
 * Saves one file: beside its target, step by step in a journal, and under its name only when it is whole. The same call
 * after a crash goes on from the step that was reached.
 */
export async function saveFile(request: SaveRequest): Promise<SavedFile> {
  const { plan, target, transfer } = request;
  const found = target.endsWith("/") || target.endsWith(sep) ? "folder" : await statOf(target);
  const isFolder = found === "folder" || (found?.isDirectory() ?? false);
  const folder = isFolder ? target : dirname(target);
  const fileName = isFolder ? undefined : basename(target);
  const name = identityText(await plan.identity(transfer.signal));
  // What comes only once has one marker in a folder, whatever name it is to get there.
  const paths = partialPaths(folder, name, request.onceOnly ? undefined : fileName);
  const placed = { ...request, name, folder, fileName, paths };
  const isTaken = found !== undefined && !isFolder && request.overwrite === false;
  const finished = isTaken ? await finishDraft(placed) : undefined;
  if (finished) return finished;
  if (isTaken || !(await mayBeSmall(placed))) return saveWithLock(placed, undefined);
  const begun = await saveIfSmall(placed);
  if ("path" in begun) return begun;
  try {
    return await saveWithLock(placed, begun);
  } finally {
    await begun.cancel();
  }
}

async function saveWithLock(request: LockedRequest, begun: BegunTransfer | undefined): Promise<SavedFile> {
  const { paths, target, folder } = request;
  const { signal } = request.transfer;
  try {
    const lock = await inFolder(folder, () => takeFileLock(paths.lock, target, signal));
    await noteRemains(folder, basename(paths.journal));
    try {
      return await saveLocked(request, begun);
    } finally {
      await lock.release();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

async function saveLocked(request: LockedRequest, begun: BegunTransfer | undefined): Promise<SavedFile> {
  const { plan, paths, onceOnly } = request;
  const known = await readEarlier(request);
  const finished = known && (await finishEarlier(known, request));
  if (finished) return finished;
  // A whole job that got so far is over: the same call means the next export.
  const earlier = request.run && known?.stage === "publishing" ? undefined : known;
  if (onceOnly) await refuseSecondRun(earlier, paths.part, plan.operation);
  await refuseTaken(request);
  // A part that has its name already, by a run that was killed right then: what is written to it would be written to the file.
  if (Number((await statOf(paths.part))?.nlink ?? 1) > 1) await removeFile(paths.part);

  const canResume = earlier !== undefined && isResumable(earlier) && (await exists(paths.part));
  const journal = await openJournal(paths.journal, canResume ? earlier : startOf(request, earlier));
  const partial = await openPartialFile(paths.part, journal, request.fsync, canResume ? earlier : undefined);
  let transfer: SharedTransfer | undefined;
  try {
    // Of a run that ended since that was begun there is something to go on with.
    const taken = known ? undefined : begun;
    if (!taken) await begun?.cancel();
    taken?.onStartAgain(() => partial.startAgain().then(() => true));
    transfer = taken ?? (await begin(request, journal, partial, canResume ? heldFrom(earlier) : undefined));
    if (await isSameAlready(request, transfer)) {
      await discard(transfer, partial, journal, request);
      return { ...transfer.result(), ...(await describeExisting(request, transfer)), attempts: 0 };
    }
    await receive(transfer, partial, journal, request);
    return await publishFile(transfer, partial, journal, request);
  } catch (error) {
    await transfer?.cancel();
    const kept = await keepOrRemove(error, transfer, partial, journal, request);
    request.transfer.signal?.throwIfAborted();
    if (onceOnly) throw onceOnlyFailure(error, plan, transfer, kept, onceOnly.mayBeSpent(error, transfer));
    throw withPartialPath(error, kept);
  }
}

/** Has the file made, where that is part of it, and asks for its bytes. */
async function begin(
  request: LockedRequest,
  journal: Journal,
  partial: PartialFile,
  held: TransferSettings["held"],
): Promise<SharedTransfer> {
  const { plan, run, onceOnly, transfer: settings } = request;
  const { progress, signal } = settings;
  const isTakenUp = journal.state().task !== undefined;
  try {
    const source = await sourceOf(plan, run, { journal, progress, signal });
    await onceOnly?.prepare(journal, request.folder);
    return await startTransfer(source, {
      ...settings,
      held,
      keepsUnfit: onceOnly !== undefined,
      startAgain: () => partial.startAgain().then(() => true),
    });
  } catch (error) {
    if (!run || !isTakenUp || !isGone(error)) throw error;
    const about = { operation: plan.operation, taskId: journal.state().task, reason: String(error) };
    plan.settings.logger.warn("exporting again: the export of an earlier run is gone", about);
    run.forget(journal.state().task);
    await partial.startAgain();
    await journal.restart(startOf(request, undefined));
    return begin(request, journal, partial, undefined);
  }
}

async function refuseTaken({ onceOnly, overwrite, fileName, target }: LockedRequest): Promise<void> {
  if (onceOnly || overwrite !== false || fileName === undefined) return;
  if (await exists(target)) throw takenError(target);
}

async function receive(
  transfer: SharedTransfer,
  partial: PartialFile,
  journal: Journal,
  request: LockedRequest,
): Promise<void> {
  const { signal, checks, progress } = request.transfer;
  const path = finalPath(request, transfer);
  if (!request.onceOnly && request.overwrite === false && (await exists(path))) throw takenError(path);
  await journal.record({
    stage: "transfer",
    validators: transfer.validators(),
    fileName: transfer.info.fileName,
  });
  if (request.onceOnly) await journal.sync();
  const { totalBytes } = transfer.info;
  // A file that comes only once is spent by now: what fits of it is worth more than nothing.
  if (totalBytes !== undefined && !request.onceOnly)
    await partial.checkSpace(totalBytes - transfer.heldBytes());
  if (transfer.heldBytes() > 0) await takeUp(transfer, partial, checks, signal);
  let validators = transfer.validators();
  const beforeWrite = async (): Promise<void> => {
    if (validators === transfer.validators()) return;
    validators = transfer.validators();
    await journal.record({ validators });
  };
  const { connections } = request;
  const { retry, logger } = request.plan.settings;
  const options = { connections, checks, progress, retry, logger, signal, beforeWrite };
  await receiveFile(transfer, partial, options);
  progress.report({ phase: "saving" });
}

/** Reads back what the earlier run left, while the network fills its buffers, and asks anew where it is no longer right. */
async function takeUp(
  transfer: Transfer,
  partial: PartialFile,
  checks: Checks,
  signal: AbortSignal | undefined,
): Promise<void> {
  const wanted = transfer.heldBytes();
  const firm = await partial.readBack(checks, signal);
  if (firm !== wanted) await transfer.rewind(firm);
}

async function publishFile(
  transfer: Transfer,
  partial: PartialFile,
  journal: Journal,
  request: LockedRequest,
): Promise<SavedFile> {
  const { bytes, sha256 } = transfer.result();
  await partial.flush();
  await partial.close();
  const path = await publish(partial.path, finalPath(request, transfer), {
    replace: request.overwrite !== false && !request.onceOnly,
    numberTakenNames: request.onceOnly !== undefined,
    fsync: request.fsync,
    async onPath(name) {
      const published = { path: basename(name), bytes, sha256, at: Date.now() };
      await request.beforePublish?.({ ...transfer.result(), path: name });
      await journal.record({ stage: "publishing", published });
      if (request.fsync) await journal.sync();
    },
  });
  await closeJournal(journal, request);
  return { ...transfer.result(), path };
}

/** With `overwrite: "if-different"`: whether the server's MD5 proves that the file is there already. */
async function isSameAlready(request: LockedRequest, transfer: Transfer): Promise<boolean> {
  const wanted = request.transfer.checks.announcedMd5();
  if (request.overwrite !== "if-different" || wanted === undefined) return false;
  const path = finalPath(request, transfer);
  const found = await statOf(path);
  // The digest would tell as well, after reading all of a long file while the server waits.
  const bytes = Number(found?.size);
  if (!found?.isFile() || bytes !== (transfer.info.totalBytes ?? bytes)) return false;
  return (await digestOf(path, "md5")) === wanted;
}

async function describeExisting(request: LockedRequest, transfer: Transfer) {
  const path = finalPath(request, transfer);
  const bytes = Number((await statOf(path))?.size);
  return {
    path,
    bytes,
    sha256: request.transfer.checks.isHashing ? await digestOf(path, "sha256") : undefined,
  };
}

async function discard(
  transfer: Transfer,
  partial: PartialFile,
  journal: Journal,
  { paths, run, transfer: { signal } }: LockedRequest,
): Promise<void> {
  await transfer.cancel();
  await partial.close();
  await partial.remove();
  await run?.cleanUp(journal, signal);
  await journal.close();
  await removeFile(paths.journal);
}

/**
 * Keeps what a later run, or the user, can use: bytes under a validator, suspect bytes, and all of a file that comes
 * only once. Everything else goes.
 *
 * @returns where bytes were kept
 */
async function keepOrRemove(
  error: unknown,
  transfer: Transfer | undefined,
  partial: PartialFile,
  journal: Journal,
  { onceOnly, paths, plan, run }: LockedRequest,
): Promise<string | undefined> {
  const bytes = partial.bytes();
  const canResume = bytes > 0 && conditionalRange(journal.state().validators ?? {}, bytes) !== undefined;
  const isSuspect = IntegrityError.isInstance(error);
  const isSpent = onceOnly?.mayBeSpent(error, transfer) ?? false;
  const isWhole = journal.state().stage === "publishing"; // and only its name could not be given
  const keepBytes = isWhole || (bytes > 0 && (canResume || isSuspect || isSpent));
  const keepJournal = isSpent || (!isSuspect && (keepBytes || (run?.goesOn(error, journal) ?? false)));
  try {
    if (keepJournal && !isWhole) await partial.checkpoint();
  } catch (cause) {
    // The disk that is full has no room for this line either; the journal's last line still holds.
    plan.settings.logger.warn("could not note how far it came", {
      path: paths.journal,
      reason: String(cause),
    });
  }
  try {
    await partial.close();
    await journal.close();
    if (!keepBytes) await partial.remove();
    if (!keepJournal) await removeFile(paths.journal);
  } catch (cause) {
    // What ended the transfer matters more to the caller than what is left to tidy up.
    plan.settings.logger.warn("could not tidy up", { path: paths.part, reason: String(cause) });
  }
  return keepBytes ? paths.part : undefined;
}

/** The error, with the place where the suspect bytes are kept. */
function withPartialPath(error: unknown, partialPath: string | undefined): unknown {
  if (!IntegrityError.isInstance(error) || !partialPath) return error;
  const { reason, expected, received } = error;
  const text = `${error.message} The suspect bytes are kept in ${partialPath}.`;
  return new IntegrityError({ reason, expected, received, partialPath }, text, { cause: error.cause });
}
