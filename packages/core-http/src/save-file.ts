import { basename, dirname, sep } from "node:path";
import type { Checks } from "./checks.ts";
import type { SavedFile } from "./download.ts";
import { IntegrityError } from "./download-errors.ts";
import { identityText } from "./download-source.ts";
import { digestOf } from "./file-digest.ts";
import { takeFileLock } from "./file-lock.ts";
import { closeJournal, finishEarlier } from "./finish-earlier.ts";
import { type Journal, type JournalState, openJournal, readJournal } from "./journal.ts";
import { makeFolder } from "./make-folder.ts";
import { onceOnlyFailure, refuseSecondRun } from "./once-only.ts";
import { openPartialFile, type PartialFile, partialPaths, removeFile } from "./partial-file.ts";
import { exists, publish, statOf, takenError } from "./publish.ts";
import { isGone, sourceOf } from "./run-export.ts";
import { finalPath, type LockedRequest, type SaveRequest } from "./save-request.ts";
import { startTransfer, type Transfer, type TransferSettings } from "./transfer.ts";
import { conditionalRange } from "./validators.ts";

/** Few large writes cost less than many small ones; beyond this they cost the same. */
const writeBytes = 512 * 1024;

/**
 * Saves one file: beside its target, step by step in a journal, and under its name only when it is whole. The same call
 * after a crash goes on from the step that was reached.
 */
export async function saveFile(request: SaveRequest): Promise<SavedFile> {
  const { plan, target, transfer } = request;
  const isFolder =
    target.endsWith("/") || target.endsWith(sep) || ((await statOf(target))?.isDirectory() ?? false);
  const folder = isFolder ? target : dirname(target);
  const fileName = isFolder ? undefined : basename(target);
  const name = identityText(await plan.identity(transfer.signal));
  await makeFolder(folder);
  // What comes only once has one marker in a folder, whatever name it is to get there.
  const paths = partialPaths(folder, name, request.onceOnly ? undefined : fileName);
  const lock = await takeFileLock(paths.lock, target, transfer.signal);
  try {
    return await saveLocked({ ...request, name, folder, fileName, paths });
  } finally {
    await lock.release();
  }
}

async function saveLocked(request: LockedRequest): Promise<SavedFile> {
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
  let transfer: Transfer | undefined;
  try {
    transfer = await begin(request, journal, partial, canResume ? heldFrom(earlier) : undefined);
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

/** What an earlier run wrote down of the same download. */
async function readEarlier({
  plan,
  paths,
  name,
  onceOnly,
  replacesLost,
}: LockedRequest): Promise<JournalState | undefined> {
  const known = await readJournal(paths.journal);
  const isUnreadable = !known && (await exists(paths.journal));
  if (isUnreadable)
    plan.settings.logger.warn("starting again: the journal of an earlier run is of another version", {
      path: paths.journal,
    });
  const isLost = known?.stage === "sent" || known?.stage === "transfer";
  if (replacesLost && (isLost || isUnreadable)) return undefined;
  // A marker that cannot be read is a marker still: asked for again, the bytes it stands for would be overwritten.
  if (isUnreadable) return onceOnly && { source: name, stage: "sent" };
  return known?.source === name ? known : undefined;
}

/** Where to begin: of a whole job an earlier run may have done some steps. */
function startOf({ name }: LockedRequest, earlier: JournalState | undefined): JournalState {
  const { startedAt, task, file } = earlier ?? {};
  if (task === undefined && earlier?.stage === "starting") return earlier;
  return { source: name, stage: task !== undefined && !file ? "task" : "source", startedAt, task, file };
}

/** Has the file made, where that is part of it, and asks for its bytes. */
async function begin(
  request: LockedRequest,
  journal: Journal,
  partial: PartialFile,
  held: TransferSettings["held"],
): Promise<Transfer> {
  const { plan, run, onceOnly, name, transfer: settings } = request;
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
    run.forget();
    await partial.startAgain();
    await journal.restart({ source: name, stage: "source" });
    return begin(request, journal, partial, undefined);
  }
}

function isResumable({ validators, written, synced }: JournalState): boolean {
  const bytes = written?.bytes ?? synced?.bytes ?? 0;
  return bytes > 0 && validators !== undefined && conditionalRange(validators, bytes) !== undefined;
}

function heldFrom({ validators = {}, written, synced, fileName }: JournalState): TransferSettings["held"] {
  return { bytes: written?.bytes ?? synced?.bytes ?? 0, validators, fileName };
}

async function refuseTaken({ onceOnly, overwrite, fileName, target }: LockedRequest): Promise<void> {
  if (onceOnly || overwrite !== false || fileName === undefined) return;
  if (await exists(target)) throw takenError(target);
}

async function receive(
  transfer: Transfer,
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
  for (let batch = await transfer.read(writeBytes); batch; batch = await transfer.read(writeBytes)) {
    if (validators !== transfer.validators()) {
      validators = transfer.validators();
      await journal.record({ validators });
    }
    await partial.write(batch);
  }
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
  if (!found?.isFile() || Number(found.size) !== transfer.info.totalBytes) return false;
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
