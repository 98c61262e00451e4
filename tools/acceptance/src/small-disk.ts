import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";

/** A disk of a test's own. */
export interface SmallDisk {
  readonly path: string;
  /** Mounts it anew, to be read from only. */
  makeReadOnly(): Promise<void>;
}

const run = (command: string, ...options: string[]) =>
  promisify(execFile)(command, options).catch((cause: unknown) => {
    throw new Error(`${command} failed: these tests mount disks of their own, and must run as root.`, {
      cause,
    });
  });

/** Mounts a disk with room for so many MiB, until the test is over. */
export async function mountSmallDisk(mebibytes: number): Promise<SmallDisk> {
  const path = await temporaryFolder();
  await run("mount", "-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", path);
  onTestFinished(async () => void (await run("umount", path)));
  return { path, makeReadOnly: async () => void (await run("mount", "-o", "remount,ro", path)) };
}
