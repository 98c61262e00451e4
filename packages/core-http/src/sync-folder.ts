import { open } from "node:fs/promises";
import { onFile } from "./file-errors.ts";

interface Flushes {
  readonly running: Promise<void>;
  /** Begins when that one has ended; whoever comes meanwhile shares it. */
  next?: Promise<void> | undefined;
}

const flushes = new Map<string, Flushes>();

/**
 * Puts the names in a folder on the disk: a rename outlives a power cut only then. Many files that come into one folder at
 * the same time share a flush, if it begins after their names were given. Windows cannot open folders, and needs none of it.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const current = flushes.get(folder);
  if (!current) return begin(folder);
  current.next ??= current.running.then(
    () => begin(folder),
    () => begin(folder),
  );
  return current.next;
}

function begin(folder: string): Promise<void> {
  const running = flush(folder);
  const own: Flushes = { running };
  flushes.set(folder, own);
  const end = (): void => {
    if (own.next === undefined) flushes.delete(folder);
  };
  running.then(end, end);
  return running;
}

async function flush(folder: string): Promise<void> {
  await onFile(folder, async () => {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}
