import { type FileHandle, open, readFile, rename, unlink } from "node:fs/promises";
import { onFile } from "./file-errors.ts";
import type { Validators } from "./validators.ts";

/** A point in the partial file up to which it was right when it was written down. */
export interface Checkpoint {
  readonly bytes: number;
  /** CRC-32 of all bytes before it: a power cut may leave zeros where data was. */
  readonly crc32: number;
}

/**
 * A part of the file that came before what lies in front of it: bytes from `start` up to `bytes`. Its CRC-32 counts from
 * its own start.
 */
export interface FileRange extends Checkpoint {
  readonly start: number;
}

/**
 * How far a download came.
 *
 * - `starting`: the export behind it may have been started
 * - `task`: it was, and its task is known
 * - `source`: nothing of the file was asked for yet
 * - `sent`: the one request for a file that comes only once may have reached the service
 * - `transfer`: bytes are coming
 * - `publishing`: whole and checked; the next step gives it its name
 * - `saved`: done; kept for files that come only once
 */
export type JournalStage = "starting" | "task" | "source" | "sent" | "transfer" | "publishing" | "saved";

/** What a journal says. */
export interface JournalState {
  readonly source: string;
  readonly stage: JournalStage;
  /** Of a file that comes only once: from its first request on this journal is the marker that says so. */
  readonly repeat?: "never" | undefined;
  /** When the export was started, in milliseconds since 1970. */
  readonly startedAt?: number | undefined;
  /** The id of its task. */
  readonly task?: string | undefined;
  /** What the task made. */
  readonly file?: Readonly<Record<string, string>> | undefined;
  readonly validators?: Validators | undefined;
  /** The server's name for the file. */
  readonly fileName?: string | undefined;
  /** The last point that was handed to the system. It outlives this process, not a power cut. */
  readonly written?: Checkpoint | undefined;
  /** The last point that is on the disk. */
  readonly synced?: Checkpoint | undefined;
  /** What lay behind `written`, with gaps in between. Who does not know of it has what `written` says, and no more. */
  readonly ranges?: readonly FileRange[] | undefined;
  /** What lay so behind `synced`. */
  readonly syncedRanges?: readonly FileRange[] | undefined;
  /** From stage `publishing` on. */
  readonly published?:
    | {
        readonly path: string;
        readonly bytes: number;
        readonly sha256?: string | undefined;
        readonly at: number;
      }
    | undefined;
}

/** The journal of one download: a file of JSON lines, each of which changes what those before it said. */
export interface Journal {
  /** What it says now. */
  state(): JournalState;
  /** Adds what has changed. */
  record(change: Partial<JournalState>): Promise<void>;
  /** Says this from now on, and nothing that it said before. */
  restart(state: JournalState): Promise<void>;
  /** Makes what was recorded outlive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A file of another version is left alone by reading it as none. */
const formatVersion = 1;

/** Beyond so many lines the file is written anew, whole. */
const maxLines = 1000;

/** Reads a journal; `undefined` where there is none that this version understands. */
export async function readJournal(path: string): Promise<JournalState | undefined> {
  const text = await onFile(path, async () => {
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    }
  });
  if (text === "") return undefined; // nearly always: zod need not be loaded to tell
  const { journalState } = await import("./journal-schema.ts");
  const state = Object.assign({}, ...text.split("\n").map(parseLine));
  return journalState.safeParse(state).data;
}

/** A line may be cut: the process was killed while writing it, or the disk was full. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Begins a journal, in place of an earlier one. */
export async function openJournal(path: string, begin: JournalState): Promise<Journal> {
  let state = begin;
  let lines = 0;
  let file = await writeWhole(path, state);
  let last: Promise<unknown> = Promise.resolve();

  /** One step at a time: two writes at once to one handle may land in any order, or in one place. */
  function inTurn(step: () => Promise<void>): Promise<void> {
    const turn = last.then(() => onFile(path, step));
    last = turn.catch(() => false); // told to whoever asked for that step; the next one stands for itself
    return turn;
  }

  async function writeAnew(): Promise<void> {
    await file.close(); // a handle of a file that has no name any more would stay open
    file = await writeWhole(path, state);
    lines = 0;
  }

  return {
    state: () => state,
    record(change) {
      state = { ...state, ...change };
      return inTurn(async () => {
        // It begins with a break, too: behind a line that was cut it would be lost with that.
        if (++lines < maxLines) await file.write(`\n${JSON.stringify(change)}\n`);
        else await writeAnew();
      });
    },
    restart(next) {
      state = next;
      return inTurn(writeAnew);
    },
    sync: () => inTurn(() => file.datasync()),
    close: () => inTurn(() => file.close()),
  };
}

/** Replaced in one step, so that a crash leaves the former journal or the new one. */
async function writeWhole(path: string, state: JournalState): Promise<FileHandle> {
  return onFile(path, async () => {
    const draft = `${path}.new`;
    const file = await open(draft, "w");
    try {
      await file.write(`${JSON.stringify({ formatVersion, ...state })}\n`);
      await file.datasync();
      await rename(draft, path);
      return file;
    } catch (error) {
      await file.close();
      await unlink(draft);
      throw error;
    }
  });
}
