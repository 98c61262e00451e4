import { type JournalState, readJournal } from "./journal.ts";
import { exists } from "./publish.ts";
import type { LockedRequest } from "./save-request.ts";
import type { TransferSettings } from "./transfer-settings.ts";
import { conditionalRange } from "./validators.ts";

/** What an earlier run wrote down of the same download. */
export async function readEarlier({
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
export function startOf({ name, onceOnly }: LockedRequest, earlier: JournalState | undefined): JournalState {
  const { startedAt, task, file } = earlier ?? {};
  const repeat = onceOnly && "never";
  if (task === undefined && earlier?.stage === "starting") return earlier;
  const stage = task !== undefined && !file ? "task" : "source";
  return { source: name, stage, repeat, startedAt, task, file };
}

/** Whether its bytes can be gone on with. */
export function isResumable({ validators, written, synced }: JournalState): boolean {
  const bytes = written?.bytes ?? synced?.bytes ?? 0;
  return bytes > 0 && validators !== undefined && conditionalRange(validators, bytes) !== undefined;
}

/** What it left. */
export function heldFrom({
  validators = {},
  written,
  synced,
  fileName,
}: JournalState): TransferSettings["held"] {
  return { bytes: written?.bytes ?? synced?.bytes ?? 0, validators, fileName };
}
