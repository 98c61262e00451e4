import { IntegrityError, OnceOnlyDownloadError } from "./download-errors.ts";
import type { DownloadPlan } from "./download-source.ts";
import type { Journal, JournalStage, JournalState } from "./journal.ts";
import { statOf } from "./publish.ts";
import { wasRefused } from "./retry.ts";
import type { ExportRun } from "./run-export.ts";
import { syncFolder } from "./sync-folder.ts";
import type { Transfer } from "./transfer.ts";

/** Stages at which nothing of the file itself was asked for. */
const notAskedFor: ReadonlySet<JournalStage> = new Set<JournalStage>(["starting", "task", "source"]);

/** Whether the file itself may have been asked for, so that what is left of it may be all that there is. */
export function wasAskedFor({ stage }: JournalState): boolean {
  return !notAskedFor.has(stage);
}

/** Whether a file that comes only once was asked for already, by this download. */
export interface Consumption {
  used: boolean;
  /** The export behind it, of a whole job. */
  run?: ExportRun;
}

/** The care that a file needs which a service gives only once. */
export interface OnceOnly {
  /**
   * Last before the one request: proves credentials and clock by a harmless call, and writes down that it is being sent,
   * on the disk, so that a crash cannot hide it.
   */
  prepare(journal?: Journal, folder?: string): Promise<void>;
  /** Whether the service may have given the file, as far as that can be told. */
  mayBeSpent(error: unknown, transfer: Transfer | undefined): boolean;
  /** The call has ended. A download that failed before its request, for a folder that cannot be written, can be used again. */
  end(): void;
}

/**
 * @throws OnceOnlyDownloadError when this download was used before
 */
export function createOnceOnly(
  source: DownloadPlan,
  consumption: Consumption,
  signal: AbortSignal | undefined,
): OnceOnly {
  if (consumption.used) {
    const text = `${source.operation} gives the file only once, and this download was used already. Nothing was sent.`;
    throw new OnceOnlyDownloadError({ receivedBytes: 0, consumed: "unknown" }, text);
  }
  consumption.used = true;
  let isSent = false;
  return {
    async prepare(journal, folder) {
      await source.prove?.(signal);
      await journal?.record({ stage: "sent" });
      await journal?.sync();
      if (folder !== undefined) await syncFolder(folder);
      isSent = true;
    },
    mayBeSpent(error, transfer) {
      const isSpent = transfer !== undefined || (isSent && !wasRefused(error));
      consumption.used = isSpent;
      return isSpent;
    },
    end() {
      if (!isSent) consumption.used = false;
    },
  };
}

/** A second run finds in the folder what became of the first, and sends nothing. */
export async function refuseSecondRun(
  earlier: JournalState | undefined,
  part: string,
  operation: string,
): Promise<void> {
  if (!earlier || !wasAskedFor(earlier)) return;
  const { published, validators, stage } = earlier;
  const found = await statOf(part);
  const receivedBytes = stage === "saved" ? (published?.bytes ?? 0) : Number(found?.size ?? 0);
  const partialPath = found && receivedBytes > 0 ? part : undefined;
  const consumed = stage === "sent" ? "unknown" : "yes";
  const fields = { partialPath, receivedBytes, expectedBytes: validators?.totalBytes, consumed } as const;
  throw new OnceOnlyDownloadError(
    fields,
    `${operation} gives the file only once. ${storyOf(earlier, partialPath)} Nothing was sent. (Only this folder was looked at.)`,
  );
}

function storyOf({ stage, published }: JournalState, partialPath: string | undefined): string {
  if (stage === "saved") return `It was saved in this folder as ${published?.path}.`;
  if (partialPath) return `An earlier run was cut short; what came is kept in ${partialPath}.`;
  if (stage === "transfer") return "An earlier run was answered, and no byte of it could be kept.";
  return "An earlier run asked for it, and ended before it could note an answer: it may be used up.";
}

/** The error of a once-only download that went wrong: what came, where it is, and whether the service counts it. */
export function onceOnlyFailure(
  error: unknown,
  source: DownloadPlan,
  transfer: Transfer | undefined,
  partialPath: string | undefined,
  isSpent: boolean,
): unknown {
  if (!isSpent) return error;
  const receivedBytes = transfer?.heldBytes() ?? 0;
  const expectedBytes = transfer?.info.totalBytes;
  // An answer of 2xx ends it, also one that was refused for its headers.
  const isAnswered = transfer !== undefined || IntegrityError.isInstance(error);
  const consumed = isAnswered ? "yes" : "unknown";
  const what = isAnswered ? "it did not arrive whole" : "no answer came: it may be used up";
  const kept = partialPath ? ` What came is kept in ${partialPath}.` : "";
  const reason = error instanceof Error ? ` (${error.message})` : "";
  const text = `${source.operation} gives the file only once, and ${what}${reason}.${kept} For another, start a new export.`;
  return new OnceOnlyDownloadError({ partialPath, receivedBytes, expectedBytes, consumed }, text, {
    cause: error,
  });
}
