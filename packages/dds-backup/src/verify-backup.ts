import { type FileHandle, open } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type CheckedOptions,
  ConfigurationError,
  checkInput,
  FileSystemError,
  type FileSystemErrorCode,
} from "@cloudhaul/core-http";
import { createFileReader } from "./file-reader.ts";
import { firstBytes } from "./first-bytes.ts";
import { isLz4, readFrames, type UncompressBlock } from "./lz4-frames.ts";
import { createTarCheck, type TarCheck } from "./tar-check.ts";
import { Unsound } from "./unsound.ts";

/** Options of {@link verifyBackup}. */
export interface VerifyBackupOptions {
  /** Ends it, and it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of the file were read, every few of them. */
  readonly onProgress?:
    | ((progress: { readonly bytes: number; readonly totalBytes: number }) => void)
    | undefined;
}

/** What {@link verifyBackup} found. */
export interface BackupCheck {
  readonly path: string;
  /** Length of the file. */
  readonly bytes: number;
  /** Whether all of it is there: every LZ4 frame to its end, and in them a tar to its end. */
  readonly isWhole: boolean;
  /** How many files, folders and links of the tar were seen. */
  readonly entries: number;
  /** What is wrong; `undefined` for a file that is whole. */
  readonly problem: string | undefined;
}

const rules: CheckedOptions = {
  path: { required: true },
  signal: { type: "object" },
  onProgress: { type: "function" },
};

/**
 * Reads a saved backup file to its end, and says whether it is whole: its LZ4 frames with all checksums that are there, and
 * the headers of the tar within. Nothing is written, and memory does not grow with the file. Which files of the database
 * are in the tar, and whether they are good, is not looked at.
 *
 * Single nodes have logical backups, of which no document tells the format: what is not LZ4 is named by its first bytes.
 *
 * Needs the package `lz4-napi`, version 2.10 or later.
 *
 * @throws ConfigurationError when `lz4-napi` is not installed
 * @throws FileSystemError when the file cannot be read
 * @see https://support.huaweicloud.com/intl/en-us/usermanual-dds/dds_03_0089.html
 * @example
 * ```ts
 * const { isWhole, problem } = await verifyBackup("backups/shard_1/backup.tar.gz");
 * if (!isWhole) throw new Error(problem);
 * ```
 */
export async function verifyBackup(path: string, options: VerifyBackupOptions = {}): Promise<BackupCheck> {
  checkInput(rules, { path, ...options });
  const { signal } = options;
  signal?.throwIfAborted();
  const uncompress = await loadUncompress();
  const file = await open(path, "r").catch((error: unknown) => refuse(path, error));
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) refuse(path, { code: "EISDIR" });
    const tar = createTarCheck();
    const problem = await problemOf(file, stats.size, tar, uncompress, options).catch((error: unknown) =>
      refuse(path, error),
    );
    return { path, bytes: stats.size, isWhole: problem === undefined, entries: tar.entries(), problem };
  } finally {
    await file.close();
  }
}

/** Bytes between two turns of the event loop: without them nothing else would run for as long as it takes. */
const turnBytes = 4 * 1024 * 1024;

async function problemOf(
  file: FileHandle,
  totalBytes: number,
  tar: TarCheck,
  uncompress: UncompressBlock,
  { signal, onProgress }: VerifyBackupOptions,
): Promise<string | undefined> {
  const reader = createFileReader(file, totalBytes, (bytes) => onProgress?.({ bytes, totalBytes }));
  const head = Buffer.from(await reader.peek(Math.min(totalBytes, 512), "its first bytes"));
  if (!isLz4(head)) return `It is not LZ4: ${firstBytes(head)}.`;
  try {
    let sinceTurn = 0;
    for await (const block of readFrames(reader, uncompress)) {
      signal?.throwIfAborted();
      tar.push(block);
      sinceTurn += block.length;
      if (sinceTurn < turnBytes) continue;
      sinceTurn = 0;
      await nextTurn();
    }
    tar.end();
    return undefined;
  } catch (error) {
    if (error instanceof Unsound) return error.message;
    throw error;
  }
}

async function loadUncompress(): Promise<UncompressBlock> {
  try {
    // Not its other half: what that gives is freed only long after, and memory would grow with the file.
    return (await import("lz4-napi")).uncompressSync;
  } catch (error) {
    const text =
      "verifyBackup needs the package lz4-napi, which is not installed or does not run here: npm install lz4-napi";
    throw new ConfigurationError("lz4-napi", text, { cause: error });
  }
}

const codes: Readonly<Record<string, readonly [FileSystemErrorCode, string]>> = {
  ENOENT: ["NOT_FOUND", "There is no such file"],
  EACCES: ["PERMISSION_DENIED", "This user may not read the file"],
  EPERM: ["PERMISSION_DENIED", "This user may not read the file"],
  EISDIR: ["IS_A_DIRECTORY", "It is a folder: give each of its files"],
  ENOTDIR: ["NOT_A_DIRECTORY", "A part of the path is no folder"],
};

/** Errors of the disk under their own class; whatever else it is, an abort for one, stays what it is. */
function refuse(path: string, error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
  const [kind, words] = codes[code] ?? ["FILE_SYSTEM", `It cannot be read (${code})`];
  throw new FileSystemError(kind, path, `${words}: ${path}`, { cause: error });
}
