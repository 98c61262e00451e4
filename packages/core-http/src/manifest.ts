import { open, readFile, rename } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ownClaim } from "./claim.ts";
import { onFile } from "./file-errors.ts";
import { removeFile } from "./partial-file.ts";
import { partialPaths } from "./partial-paths.ts";

/** One file that was saved. */
export interface ManifestEntry {
  /** Its name in its folder. */
  readonly name: string;
  /** The part of the set that it belongs to. */
  readonly group?: string | undefined;
  readonly bytes: number;
  readonly sha256?: string | undefined;
  /** Where it came from. */
  readonly source: string;
}

/** The list of what was saved of a set. */
export interface Manifest {
  /** What the set is known by. */
  readonly source: string;
  readonly files: readonly ManifestEntry[];
}

/** Reads a manifest; `undefined` where there is none, or none that this version understands. */
export async function readManifest(path: string): Promise<Manifest | undefined> {
  const text = await onFile(path, async () => {
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  });
  if (text === undefined) return undefined; // and zod need not be loaded
  const { manifest } = await import("./manifest-schema.ts");
  const read = manifest.safeParse(parse(text));
  return read.success ? read.data : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // somebody else's file, or a damaged one: every file is fetched anew
  }
}

/** Replaced whole each time, so that a crash leaves the former list or the new one. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  // A draft of each run's own: two runs into one folder write one manifest.
  const draft = partialPaths(dirname(path), basename(path), undefined).draft + (await ownClaim());
  try {
    await onFile(path, async () => {
      const file = await open(draft, "w");
      try {
        await file.writeFile(`${JSON.stringify({ formatVersion: 1, ...manifest }, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    });
  } catch (error) {
    await removeFile(draft);
    throw error;
  }
}
