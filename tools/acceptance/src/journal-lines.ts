import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What the engine's journal in a folder says, as far as the tests ask. */
export interface JournalView {
  readonly stage: string;
  readonly written?: { readonly bytes: number } | undefined;
  readonly synced?: { readonly bytes: number } | undefined;
  /** Of a file in parts: from `start` up to `bytes`. */
  readonly syncedRanges?: readonly { readonly start: number; readonly bytes: number }[] | undefined;
}

/** The one file of the engine's with this ending in the folder, if there is one. */
export async function hiddenFile(folder: string, ending: "part" | "journal"): Promise<string | undefined> {
  const name = (await readdir(folder)).find(
    (one) => one.startsWith(".cloudhaul-") && one.endsWith(`.${ending}`),
  );
  return name && join(folder, name);
}

/** Reads the journal in the folder line by line, as a later run would; its last line may be cut. */
export async function journalIn(folder: string): Promise<JournalView | undefined> {
  const path = await hiddenFile(folder, "journal");
  if (!path) return undefined;
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line.endsWith("}"));
  return Object.assign({}, ...lines.map((line) => JSON.parse(line) as object)) as JournalView;
}
