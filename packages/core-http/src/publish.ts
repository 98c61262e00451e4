import fs, { type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FileSystemError } from "./download-errors.ts";
import { fileSystemError, onFile } from "./file-errors.ts";
import { numberedFileName } from "./file-name.ts";
import { quickCall } from "./quick-call.ts";
import { wait } from "./retry.ts";
import { syncFolder } from "./sync-folder.ts";

/** How a finished file gets its name. */
export interface PublishOptions {
  /** Whether a file of that name is replaced. */
  readonly replace: boolean;
  /** A taken name gets a number instead of an error: nobody may lose a file that comes only once. */
  readonly numberTakenNames: boolean;
  readonly fsync: boolean;
  /** Told of the name before it is given. */
  onPath(path: string): Promise<void>;
}

/**
 * Gives the finished file its name, in one step.
 *
 * @returns the name that it got
 * @throws FileSystemError `TARGET_EXISTS` when the name is taken; the finished file stays where it is
 */
export async function publish(partial: string, path: string, options: PublishOptions): Promise<string> {
  const published = options.replace
    ? await replace(partial, path, options)
    : await claim(partial, path, options);
  if (options.fsync) await syncFolder(dirname(published));
  return published;
}

async function replace(partial: string, path: string, options: PublishOptions): Promise<string> {
  await options.onPath(path);
  await renameFile(partial, path);
  return path;
}

/** A hard link does it, since it alone refuses a name that was taken meanwhile. */
async function claim(partial: string, path: string, options: PublishOptions): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : join(dirname(path), numberedFileName(basename(path), number));
    await options.onPath(name);
    try {
      await quickCall((done) => fs.link(partial, name, done));
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      const isTaken = code === "EEXIST" || (withoutLinks.has(code) && (await exists(name)));
      if (isTaken && options.numberTakenNames) continue;
      if (isTaken) throw takenError(name);
      if (!withoutLinks.has(code)) throw fileSystemError(error, name);
      await renameFile(partial, name);
      return name;
    }
    await retryHeldOpen(() => quickCall((done) => fs.unlink(partial, done)), partial);
    return name;
  }
}

/** File systems without hard links (exFAT, some network shares) answer one of these. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** On Windows a virus scanner or an indexer holds a new file open for a moment, and the rename is refused meanwhile. */
const heldOpen = new Set(["EPERM", "EBUSY", "EACCES"]);
const heldOpenTries = 8;

async function renameFile(from: string, to: string): Promise<void> {
  await retryHeldOpen(() => quickCall((done) => fs.rename(from, to, done)), to);
}

async function retryHeldOpen(step: () => Promise<void>, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await step();
      return;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (process.platform !== "win32" || !heldOpen.has(code) || attempt === heldOpenTries)
        throw fileSystemError(error, path);
      await wait(2 ** attempt * 5, undefined);
    }
  }
}

/** Whether there is something of that name. */
export async function exists(path: string): Promise<boolean> {
  return (await statOf(path)) !== undefined;
}

/** What there is of that name, if anything. */
export async function statOf(path: string): Promise<Stats | undefined> {
  return onFile(path, async () => {
    try {
      return await quickCall<Stats>((done) => fs.stat(path, done));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  });
}

/** The name is taken. */
export function takenError(path: string): FileSystemError {
  const text = `${path}: the file exists already. Remove it, choose another name, or allow it with overwrite: true.`;
  return new FileSystemError("TARGET_EXISTS", path, text);
}
