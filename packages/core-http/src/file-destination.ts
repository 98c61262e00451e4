import { randomBytes } from "node:crypto";
import { type FileHandle, link, mkdir, open, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { Destination, DestinationWriter } from "./destination.ts";
import { FileSystemError, IntegrityError } from "./download-errors.ts";
import { fileSystemError, onFile } from "./file-errors.ts";
import { numberedFileName } from "./file-name.ts";

/** Options of {@link createFileDestination}. */
export interface FileDestinationOptions {
  readonly overwrite: boolean;
  readonly fsync: boolean;
  /** A taken name gets a number instead of an error: nobody may lose a file that comes only once. */
  readonly numberTakenNames: boolean;
  /** Bytes of a transfer that failed are worth keeping. */
  readonly keepPartial: boolean;
}

/** A {@link Destination} that is one file, and where it went. */
export interface FileDestination extends Destination {
  /** The final path; known once it is open. */
  path(): string;
  /** Where the bytes of a failed transfer were kept, if they were. */
  keptPath(): string | undefined;
}

/**
 * Writes beside the target, and gives the file its name only when it is whole: the final name holds the whole file or
 * nothing new.
 *
 * @param target - a file, or a folder (it exists, or the path ends in a separator) in which the server's name is used
 * @throws FileSystemError at once where the target cannot be written, before anything is asked of the network
 */
export async function createFileDestination(
  target: string,
  options: FileDestinationOptions,
): Promise<FileDestination> {
  const isFolder = await checkTarget(target, options);
  let path = target;
  let kept: string | undefined;
  return {
    path: () => path,
    keptPath: () => kept,
    async open(info) {
      path = isFolder ? join(target, info.fileName) : target;
      await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
        throw fileSystemError(error, dirname(path));
      });
      if (isFolder && !options.overwrite) await refuseTaken(path, options);
      const partial = join(dirname(path), `.${randomBytes(6).toString("hex")}.cloudhaul-partial`);
      const file = await onFile(path, () => open(partial, "wx"));
      return createWriter(file, partial, {
        ...options,
        publish: async () => {
          path = await publish(partial, path, options);
        },
        onKept: () => {
          kept = partial;
        },
      });
    },
  };
}

async function checkTarget(target: string, options: FileDestinationOptions): Promise<boolean> {
  if (target.endsWith("/") || target.endsWith(sep)) return true;
  const existing = await statOf(target);
  if (existing?.isDirectory()) return true;
  if (existing && !options.overwrite && !options.numberTakenNames) throw taken(target);
  return false;
}

async function statOf(path: string): Promise<{ isDirectory(): boolean } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fileSystemError(error, path);
  }
}

async function refuseTaken(path: string, options: FileDestinationOptions): Promise<void> {
  if (!options.numberTakenNames && (await statOf(path))) throw taken(path);
}

function taken(path: string): FileSystemError {
  const text = `${path}: the file exists already. Remove it, choose another name, or allow it with overwrite: true.`;
  return new FileSystemError("TARGET_EXISTS", path, text);
}

interface WriterOptions extends FileDestinationOptions {
  publish(): Promise<void>;
  onKept(): void;
}

function createWriter(file: FileHandle, partial: string, options: WriterOptions): DestinationWriter {
  let position = 0;
  return {
    async write(chunks) {
      await onFile(partial, async () => {
        position += await writeAll(file, chunks, position);
      });
    },
    async commit() {
      await onFile(partial, async () => {
        if (options.fsync) await file.sync();
        await file.close();
      });
      await options.publish();
    },
    async abort(reason) {
      await file.close();
      if (position > 0 && (options.keepPartial || IntegrityError.isInstance(reason))) options.onKept();
      else await unlink(partial);
    },
  };
}

/** `writev` may write less than it was given, on a disk that fills up for one. */
async function writeAll(file: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<number> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  let { bytesWritten } = await file.writev(chunks, position);
  if (bytesWritten === total) return total;
  const all = Buffer.concat(chunks);
  while (bytesWritten < total) {
    bytesWritten += (await file.write(all, bytesWritten, total - bytesWritten, position + bytesWritten))
      .bytesWritten;
  }
  return total;
}

/** Gives the finished file its name. Without `overwrite` a hard link does it, since it alone refuses a name that was taken meanwhile. */
async function publish(partial: string, path: string, options: FileDestinationOptions): Promise<string> {
  const published = options.overwrite ? await replace(partial, path) : await claim(partial, path, options);
  if (options.fsync) await syncFolder(dirname(resolve(published)));
  return published;
}

async function replace(partial: string, path: string): Promise<string> {
  await onFile(path, () => rename(partial, path));
  return path;
}

async function claim(partial: string, path: string, options: FileDestinationOptions): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : join(dirname(path), numberedFileName(basename(path), number));
    try {
      await link(partial, name);
      await unlink(partial);
      return name;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST" && options.numberTakenNames) continue;
      if (code === "EEXIST") throw taken(name);
      if (code !== undefined && withoutLinks.has(code)) return renameUntaken(partial, name);
      throw fileSystemError(error, name);
    }
  }
}

/** File systems without hard links (exFAT, some network shares) answer one of these. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

async function renameUntaken(partial: string, path: string): Promise<string> {
  if (await statOf(path)) throw taken(path);
  return replace(partial, path);
}

/** A rename outlives a power cut only once its folder is on the disk. Windows cannot open folders, and needs none of it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await onFile(folder, async () => {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}
