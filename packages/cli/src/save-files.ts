import { stat } from "node:fs/promises";
import {
  ConfigurationError,
  type Download,
  type DownloadSet,
  IncompleteSetError,
  type ProgressEvent,
  type SetFileOutcome,
} from "@cloudhaul/core-http";
import type { FlagValues } from "./flags.ts";
import type { ProgressDisplay, ProgressRow } from "./progress-display.ts";
import type { Session } from "./session.ts";
import { streamFile } from "./stream-file.ts";
import { createTally } from "./tally.ts";
import { overwriteOf, transferOptions } from "./transfer-flags.ts";

/** One file to save. */
export interface FileToSave {
  /** What it is called on the progress line. */
  readonly label: string;
  /** Makes the plan; what is wrong with it is the failure of this file alone. */
  download(): Download;
}

/** Files to save: all at once, or as they become known. */
export type FilesToSave = readonly FileToSave[] | AsyncIterable<FileToSave>;

const defaultConcurrency = 4;

/** Saves files as the flags say, a few at a time, and tells of each as it ends. One failure does not stop the rest. */
export async function saveFiles(session: Session, flags: FlagValues, files: FilesToSave): Promise<void> {
  const left = iteratorOf(files);
  if (flags.output === "-") return streamFile(session, flags, left);
  const isOnly = Array.isArray(files) && files.length === 1;
  if (!isOnly && /^[0-9a-f]{64}$/i.test(flags.sha256 ?? ""))
    throw new ConfigurationError("sha256", "--sha256 HEX is that of one file: download one at a time.");
  const path = await targetOf(flags.output, isOnly);
  const overwrite = overwriteOf(flags);
  const { signal, output } = session;
  const tally = createTally(session);

  async function save({ label, download }: FileToSave): Promise<void> {
    const row = output.progress.add(label);
    try {
      const { connections } = flags;
      const options = { ...transferOptions(session, flags), overwrite, connections, onProgress: row.show };
      const file = await download().toFile(path, options);
      row.end();
      tally.saved(file);
    } catch (error) {
      signal.throwIfAborted();
      if (isOnly) throw error; // the command's own failure, and told as that
      tally.failed(error);
    } finally {
      row.end();
    }
  }

  async function saveInTurn(): Promise<void> {
    for (let next = await left.next(); !next.done; next = await left.next()) {
      signal.throwIfAborted();
      await save(next.value);
    }
  }
  // All of them end before an error does: what runs must be put away first.
  const turns = await Promise.allSettled(
    Array.from({ length: flags.concurrency ?? defaultConcurrency }, saveInTurn),
  );
  for (const turn of turns) if (turn.status === "rejected") throw turn.reason;
  tally.end();
}

/** A set, and the folder that it goes to. */
export interface SetToSave {
  readonly set: DownloadSet;
  readonly folder: string;
}

/** Saves sets, one after the other. One failure does not stop the rest. */
export async function saveSets(
  session: Session,
  flags: FlagValues,
  sets: readonly SetToSave[] | AsyncIterable<SetToSave>,
): Promise<void> {
  const { signal, output } = session;
  const { sha256: _, ...transfer } = transferOptions(session, flags);
  const options = { ...transfer, overwrite: overwriteOf(flags), connections: flags.connections };
  const tally = createTally(session);
  const isOnly = Array.isArray(sets) && sets.length === 1;
  for await (const { set, folder } of sets) {
    const rows = createRows(output.progress);
    const onFile = ({ name, file, error }: SetFileOutcome): void => {
      rows.end(name);
      if (file) tally.saved(file);
      else tally.failed(error);
    };
    try {
      await set.toDirectory(folder, { ...options, onProgress: rows.show, onFile });
    } catch (error) {
      signal.throwIfAborted();
      if (IncompleteSetError.isInstance(error)) continue; // each was told as it ended
      if (isOnly) throw error;
      tally.failed(error);
    } finally {
      rows.endAll();
    }
  }
  tally.end();
}

/** A progress row for each file of a set, by its name. */
function createRows(progress: ProgressDisplay) {
  const rows = new Map<string, ProgressRow>();
  return {
    show(event: ProgressEvent): void {
      const { name = event.source } = event;
      const row = rows.get(name) ?? progress.add(name);
      rows.set(name, row);
      row.show(event);
    },
    end: (name: string): void => rows.get(name)?.end(),
    endAll(): void {
      for (const row of rows.values()) row.end();
    },
  };
}

/** Several files go to a folder, whatever stands at its end. */
async function targetOf(output: string | undefined, isOnly: boolean): Promise<string> {
  if (output === undefined) return "./";
  if (isOnly || output.endsWith("/")) return output;
  const isFile = await stat(output).then(
    (found) => !found.isDirectory(),
    () => false, // not there yet: the folder will be made
  );
  if (!isFile) return `${output}/`;
  const text = `${output} is a file, and several files go to a folder: --output DIR.`;
  throw new ConfigurationError("output", text);
}

async function* iteratorOf(files: FilesToSave): AsyncGenerator<FileToSave, void, undefined> {
  yield* files;
}
