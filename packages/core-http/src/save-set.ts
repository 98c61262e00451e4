import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { type CheckedOptions, checkInput } from "./check-input.ts";
import type { SavedFile } from "./download.ts";
import type { DirectoryOptions, DownloadSetItem, DownloadSetSource, SavedSet } from "./download-set.ts";
import { identityText } from "./download-source.ts";
import { onFile } from "./file-errors.ts";
import { numberedFileName, safeFileName } from "./file-name.ts";

const rules: CheckedOptions = {
  signal: { type: "object" },
  onProgress: { type: "function" },
  stallTimeoutMs: { type: "integer", min: 1 },
  overwrite: { type: "boolean" },
  fsync: { type: "boolean" },
  connections: { type: "integer", min: 1, max: 64 },
};

interface ManifestEntry {
  readonly name: string;
  readonly group: string | undefined;
  readonly bytes: number;
  readonly sha256: string | undefined;
  readonly source: string;
}

/** Saves the files of a set, a few at a time, and writes down each as it is done. */
export async function saveSet(
  source: DownloadSetSource,
  directory: string,
  { connections = 1, ...fileOptions }: DirectoryOptions,
): Promise<SavedSet> {
  checkInput({ directory: { required: true } }, { directory });
  checkInput(rules, { connections, ...fileOptions });
  const identity = await source.identity(fileOptions.signal);
  const items = nameItems(await source.list(fileOptions.signal));
  await onFile(directory, () => mkdir(directory, { recursive: true }));
  const manifestPath = join(directory, `${safeFileName(identity.ids.at(-1) ?? "") ?? "files"}.manifest.json`);
  const saved: { item: NamedItem; file: SavedFile }[] = [];
  let writing = Promise.resolve();
  await forEachLimited(items, connections, async (item) => {
    const file = await item.download.toFile(join(directory, item.path), fileOptions);
    saved.push({ item, file });
    const entries = saved.map(({ item: { name, group }, file: { bytes, sha256, source: from } }) => ({
      name,
      group,
      bytes,
      sha256,
      source: from,
    }));
    writing = writing.then(() => writeManifest(manifestPath, identityText(identity), entries));
    await writing;
  });
  const inOrder = items.flatMap((item) => saved.find((entry) => entry.item === item)?.file ?? []);
  return { files: inOrder, manifestPath };
}

interface NamedItem extends DownloadSetItem {
  /** Safe, and the only one of its kind in its folder. */
  readonly name: string;
  readonly path: string;
}

function nameItems(items: readonly DownloadSetItem[]): NamedItem[] {
  const taken = new Set<string>();
  return items.map((item, index) => {
    const wanted = safeFileName(item.fileName) ?? `file-${index + 1}`;
    const folder = safeFileName(item.group ?? "") ?? "";
    let name = wanted;
    // Some file systems know no case: two names that differ in it only would be one file.
    for (let number = 2; taken.has(join(folder, name).toLowerCase()); number++)
      name = numberedFileName(wanted, number);
    taken.add(join(folder, name).toLowerCase());
    return { ...item, name, path: join(folder, name) };
  });
}

/** Runs `work` for each item, `limit` at a time; after a failure nothing new is begun, and what runs ends first. */
async function forEachLimited<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failures.length > 0) return;
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}

/** Replaced whole each time, so that a crash leaves the former list or the new one. */
async function writeManifest(path: string, source: string, files: readonly ManifestEntry[]): Promise<void> {
  const partial = `${path}.partial`;
  await onFile(path, async () => {
    const file = await open(partial, "w");
    try {
      await file.writeFile(`${JSON.stringify({ formatVersion: 1, source, files }, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  });
}
