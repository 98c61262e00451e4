import { readdir, readFile, rmdir, stat, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { FileSystemError } from "@cloudhaul/core-http";

/** What one download has left in a folder. */
export interface Leftover {
  /**
   * - `stale`: nobody needs it, except to go on where an interrupted download was
   * - `in-use`: a download is running
   * - `once-only`: of a file that can be downloaded only once; it may be all that there is of it
   */
  readonly state: "stale" | "in-use" | "once-only";
  /** What was downloaded, where that can be read. */
  readonly source: string | undefined;
  readonly names: readonly string[];
  readonly bytes: number;
}

/** The hidden names beside a target: partial file, journal and lock of one download share the digits. */
const hiddenName = /^\.cloudhaul-([0-9a-f]{16})\.(?:part|journal|lock)(?:\.new)?$/;

/** The lock is a folder, and who holds it is named by a file in there: `PID-START-TOKEN@HOST`. */
const claimName = /^(\d+)-\d*-[0-9a-f]+@(.*)$/;

/** A list of saved files that was being written when its writer was killed. */
const manifestDraft = /\.manifest\.json\.[0-9a-f]{8}\.new$/;

/** Finds what interrupted downloads have left in a folder; those below it are not looked into. */
export async function leftoversIn(folder: string): Promise<readonly Leftover[]> {
  const names = await namesIn(folder);
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = hiddenName.exec(name)?.[1] ?? (manifestDraft.test(name) ? name : undefined);
    if (key) groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return Promise.all([...groups.values()].map((group) => describe(folder, group.sort())));
}

/**
 * Removes it, unless a download has begun meanwhile.
 *
 * @returns whether it did
 */
export async function removeLeftover(folder: string, { names }: Leftover): Promise<boolean> {
  const now = await describe(folder, names);
  if (now.state === "in-use") return false;
  for (const name of names) {
    const path = join(folder, name);
    try {
      if (!name.endsWith(".lock")) await unlink(path);
      else {
        // One by one: a claim that comes right now keeps its folder.
        for (const claim of await readdir(path)) if (claimName.test(claim)) await unlink(join(path, claim));
        await rmdir(path);
      }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTEMPTY" || code === "EEXIST") continue; // somebody else was faster
      throw new FileSystemError("PERMISSION_DENIED", path, `${path} cannot be removed: ${message}`);
    }
  }
  return true;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const kind =
      code === "ENOENT" ? "NOT_FOUND" : code === "ENOTDIR" ? "NOT_A_DIRECTORY" : "PERMISSION_DENIED";
    throw new FileSystemError(kind, folder, `${folder} cannot be looked into: ${message}`);
  }
}

async function describe(folder: string, names: readonly string[]): Promise<Leftover> {
  const endingIn = (end: string): string | undefined => names.find((name) => name.endsWith(end));
  const [journalName, lockName] = [endingIn(".journal"), endingIn(".lock")];
  const journal = journalName ? readJournal(await textOf(join(folder, journalName))) : undefined;
  const claims = lockName ? await readdir(join(folder, lockName)).catch(goneAs([])) : [];
  const isHeld = claims.some(isAlive);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))));
  return {
    state: isHeld ? "in-use" : journal?.isOnceOnly ? "once-only" : "stale",
    source: journal?.source,
    names,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** Only a file that comes once is noted as `sent` before it comes, and kept as `saved` after. One that cannot be read may be of such. */
function readJournal(text: string): { readonly source: string | undefined; readonly isOnceOnly: boolean } {
  const lines = text.split("\n").map(parsed);
  const { source, formatVersion } = lines[0] ?? {};
  const isKnown = formatVersion === 1 && typeof source === "string";
  const isNoted = lines.some(({ stage }) => stage === "sent" || stage === "saved");
  return {
    source: isKnown ? source : undefined,
    // A long journal is written anew, and its first lines are lost.
    isOnceOnly: !isKnown || isNoted || (source.startsWith("roma:") && lines.length > 1),
  };
}

/** A process of another machine cannot be asked: it counts as alive. */
function isAlive(claim: string): boolean {
  const [, pid, host] = claimName.exec(claim) ?? [];
  if (pid === undefined) return false;
  if (host !== encodeURIComponent(hostname()).slice(0, 100)) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // cut off, or not ours
  }
}

/** Of what is gone meanwhile, nothing. */
async function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(goneAs(""));
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then((found) => (found.isDirectory() ? 0 : found.size), goneAs(0));
}

function goneAs<Value>(nothing: Value): (error: NodeJS.ErrnoException) => Value {
  return (error) => {
    if (error.code === "ENOENT") return nothing;
    throw error;
  };
}
