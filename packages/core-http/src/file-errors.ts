import { FileSystemError, type FileSystemErrorCode } from "./download-errors.ts";

/** What the codes of the system mean, and what to do about each. */
const meanings: Readonly<Record<string, readonly [FileSystemErrorCode, string]>> = {
  ENOSPC: ["DISK_FULL", "the disk is full. Make room and try again"],
  EDQUOT: ["DISK_FULL", "the disk quota is used up. Make room and try again"],
  EACCES: ["PERMISSION_DENIED", "permission denied. Choose a folder that you may write to"],
  EPERM: ["PERMISSION_DENIED", "the operation is not permitted. Choose a folder that you may write to"],
  EROFS: ["READ_ONLY", "the file system is read-only. Choose another folder"],
  EEXIST: [
    "TARGET_EXISTS",
    "the file exists already. Remove it, choose another name, or allow it with overwrite: true",
  ],
  EISDIR: ["IS_A_DIRECTORY", "this is a folder. End the path with / to save into it"],
  ENOTDIR: ["NOT_A_DIRECTORY", "a part of the path is a file, not a folder"],
  ENOENT: ["NOT_FOUND", "the file or its folder is not there, or no longer"],
  ERR_ACCESS_DENIED: [
    "PERMISSION_DENIED",
    "Node's permission model forbids it. Start Node with --allow-fs-write for the folder, or, from Node 26 on, which forbids to flush files under that model, without --permission",
  ],
  ENAMETOOLONG: ["NAME_TOO_LONG", "the name is too long for the file system. Choose a shorter one"],
};

/** Turns what the file system threw into an error that names the path and the remedy; other errors pass unchanged. */
export function fileSystemError(error: unknown, path: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const isOfTheSystem = syscall !== undefined || code === "ERR_ACCESS_DENIED";
  if (typeof code !== "string" || !isOfTheSystem) return error;
  const [meaning, text] = meanings[code] ?? ["FILE_SYSTEM", `${syscall} failed with ${code}`];
  return new FileSystemError(meaning, path, `${path}: ${text}.`, { cause: error });
}

/** Runs one step on the file at `path`. */
export async function onFile<Result>(path: string, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    throw fileSystemError(error, path);
  }
}
