import { basename, dirname, join } from "node:path";
import { type CheckedOptions, checkInput } from "./check-input.ts";
import { findLeftovers, removeLeftover } from "./clear-leftovers.ts";
import { fileRules } from "./consume.ts";
import type { SavedFile } from "./download.ts";
import { IncompleteSetError } from "./download-errors.ts";
import type {
  DirectoryOptions,
  DownloadSetItem,
  DownloadSetSource,
  SavedSet,
  SetFileOutcome,
} from "./download-set.ts";
import { identityText } from "./download-source.ts";
import { eachLimited } from "./each-limited.ts";
import { isFile } from "./file-digest.ts";
import { numberedFileName, safeFileName } from "./file-name.ts";
import { makeFolder } from "./make-folder.ts";
import { type Manifest, type ManifestEntry, readManifest, writeManifest } from "./manifest.ts";
import { beforePublish, type SetFileOptions } from "./save-request.ts";

const rules: CheckedOptions = {
  ...fileRules,
  sha256: { values: ["compute"] }, // the manifest could not tell the file from another of its length
  stopOnError: { type: "boolean" },
  onFile: { type: "function" },
};

/** Saves the files of a set, a few at a time, skips what an earlier run saved, and writes down each as it is done. */
export async function saveSet(
  source: DownloadSetSource,
  directory: string,
  options: DirectoryOptions,
): Promise<SavedSet> {
  checkInput({ directory: { required: true } }, { directory });
  checkInput(rules, options);
  const { connections = 1, stopOnError = false, onFile, onProgress, ...fileOptions } = options;
  const { signal } = options;
  const identity = await source.identity(signal);
  const name = identityText(identity);
  const manifestPath = join(directory, `${safeFileName(identity.ids.at(-1) ?? "") ?? "files"}.manifest.json`);
  await makeFolder(directory);
  const known = await readManifest(manifestPath);
  const items = nameItems(await source.list(signal), basename(manifestPath));
  const list = createList(manifestPath, known?.source === name ? known : { source: name, files: [] });
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  const saved = new Map<NamedItem, SavedFile>();

  const atOnce = Math.min(connections, items.length);
  const perFile = Math.floor(connections / atOnce); // what no file has need of, the others may use

  async function save(item: NamedItem): Promise<SetFileOutcome> {
    const { path: name, download } = item;
    try {
      const path = join(directory, name);
      const setOptions: SetFileOptions = {
        ...fileOptions,
        connections: perFile,
        onProgress: onProgress && ((event) => onProgress({ ...event, name })),
        // Listed before it has its name: killed in between, the next run would take a right file for somebody else's.
        [beforePublish]: (file) => list.add(item, file),
      };
      const earlier = await list.findSaved(item, path);
      if (earlier) await tidyUpBehind(earlier, signal);
      const file = earlier ?? (await download.toFile(path, setOptions));
      saved.set(item, file);
      await list.add(item, file);
      return { name, file };
    } catch (error) {
      signal?.throwIfAborted();
      source.logger.error("could not save a file of the set", { name, reason: String(error) });
      failures.push({ name, error });
      return { name, error };
    }
  }

  await eachLimited(items, atOnce, async (item) => {
    const outcome = await save(item);
    onFile?.(outcome);
    if (stopOnError && !outcome.file) throw outcome.error;
  });
  const savedFiles = items.flatMap((item) => saved.get(item) ?? []);
  if (failures.length > 0) throw incomplete(name, savedFiles, failures);
  return { files: savedFiles, manifestPath };
}

/** A run that was killed right after it gave the name has left the rest of its download there. */
async function tidyUpBehind({ path, source }: SavedFile, signal: AbortSignal | undefined): Promise<void> {
  for (const leftover of await findLeftovers(dirname(path), signal)) {
    if (leftover.source === source && leftover.state === "stale") await removeLeftover(leftover, signal);
  }
}

function incomplete(
  source: string,
  saved: readonly SavedFile[],
  failures: readonly { readonly name: string; readonly error: unknown }[],
): IncompleteSetError {
  const [first] = failures;
  const reason = first?.error instanceof Error ? first.error.message : String(first?.error);
  const text = `${failures.length} of ${saved.length + failures.length} files of ${source} could not be saved. ${first?.name}: ${reason} The same call skips what is saved.`;
  return new IncompleteSetError(saved, failures, text, { cause: first?.error });
}

/** The manifest as it grows. */
function createList(path: string, known: Manifest) {
  const entries = new Map<string, ManifestEntry>(known.files.map((entry) => [keyOf(entry), entry]));
  let writing = Promise.resolve();
  return {
    /** What an earlier run saved, if it is still there as it was. */
    async findSaved(item: NamedItem, filePath: string): Promise<SavedFile | undefined> {
      const entry = entries.get(keyOf(item));
      if (!entry?.sha256 || !(await isFile(filePath, entry))) return undefined;
      const { name: fileName, bytes, sha256, source } = entry;
      const unknown = { contentType: undefined, etag: undefined, requestId: undefined };
      const effort = { attempts: 0, resumedFromByte: 0, elapsedMs: 0 };
      return { ...unknown, ...effort, path: filePath, fileName, bytes, totalBytes: bytes, sha256, source };
    },
    async add({ name, group }: NamedItem, { bytes, sha256, source }: SavedFile): Promise<void> {
      const entry = { name, group, bytes, sha256, source };
      entries.set(keyOf(entry), entry);
      // One at a time: an older list must not replace a newer one.
      const turn = writing.then(() =>
        writeManifest(path, { source: known.source, files: [...entries.values()] }),
      );
      writing = turn.catch(() => undefined); // told to whose turn it was; the next list stands for itself
      await turn;
    },
  };
}

function keyOf({ name, group }: { readonly name: string; readonly group?: string | undefined }): string {
  return JSON.stringify([group, name]);
}

interface NamedItem extends DownloadSetItem {
  /** Safe, and the only one of its kind in its folder. */
  readonly name: string;
  readonly path: string;
}

function nameItems(items: readonly DownloadSetItem[], manifestName: string): NamedItem[] {
  const folders = items.map(({ group }) => safeFileName(group ?? "") ?? "");
  const taken = new Set([manifestName, ...folders].map((name) => name.toLowerCase()));
  return items.map((item, index) => {
    const wanted = safeFileName(item.fileName) ?? `file-${index + 1}`;
    const folder = folders[index] ?? "";
    let name = wanted;
    // Some file systems know no case: two names that differ in it only would be one file.
    for (let number = 2; taken.has(join(folder, name).toLowerCase()); number++)
      name = numberedFileName(wanted, number);
    taken.add(join(folder, name).toLowerCase());
    return { ...item, name, path: join(folder, name) };
  });
}
