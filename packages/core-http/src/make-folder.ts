import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { FileSystemError } from "./download-errors.ts";
import { onFile } from "./file-errors.ts";

/** Makes a folder, and those above it, where they are missing. */
export async function makeFolder(folder: string): Promise<void> {
  await onFile(folder, () => makeStepwise(folder));
}

/** Node reports a read-only disk as ENOENT here; one step from the nearest folder that exists tells what it is. */
async function makeStepwise(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(folder) === folder) throw error;
    await makeStepwise(dirname(folder));
    await mkdir(folder);
  }
}

/** Runs a step, and once more after making the folder that it is in, where that is missing. */
export async function inFolder<Result>(folder: string, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!FileSystemError.isInstance(error) || error.code !== "NOT_FOUND") throw error;
    await makeFolder(folder);
    return step();
  }
}
