import { type FileHandle, open } from "node:fs/promises";
import { onFile } from "./file-errors.ts";

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

/** By folder: who has given a name there since its last flush began. */
const flushes = new Map<string, Waiting[]>();

/**
 * Puts the names in a folder on the disk: a rename outlives a power cut only then. Many files that come into one folder at
 * the same time share a flush, if it begins after their names were given. Windows cannot open folders, and needs none of it.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  return new Promise((resolve, reject) => {
    const others = flushes.get(folder);
    if (others) return void others.push({ resolve, reject });
    flushes.set(folder, [{ resolve, reject }]);
    void flushWhileAwaited(folder);
  });
}

/** One flush after the other, over one handle, which is closed before the last who waits is told. */
async function flushWhileAwaited(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  let isAwaited = true;
  while (isAwaited) {
    const waiting = flushes.get(folder) ?? [];
    flushes.set(folder, []);
    const flushed = onFile(folder, async () => {
      handle ??= await open(folder, "r");
      await handle.sync();
    });
    const failure = await flushed.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    isAwaited = (flushes.get(folder)?.length ?? 0) > 0;
    if (!isAwaited) {
      flushes.delete(folder);
      await handle?.close().catch(() => {}); // what is on the disk is there, and they must be told
    }
    for (const { resolve, reject } of waiting) {
      if (failure) reject(failure.error);
      else resolve();
    }
  }
}
