import { mkdir, open, readdir, rmdir, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isClaim, isOfTheLiving, ownClaim } from "./claim.ts";
import { TargetBusyError } from "./download-errors.ts";
import { onFile } from "./file-errors.ts";
import { wait } from "./retry.ts";

/** A lock that is held. */
export interface FileLock {
  release(): Promise<void>;
}

/** Two that claim at once see each other, and both step back. After so many tries it is no accident: somebody holds it. */
const maxTries = 6;
const firstWaitMs = 5;

/**
 * Takes the lock at `path`, a folder of claims: whoever finds no claim of a living process beside its own holds it. A
 * claim is an empty file whose name says whose it is. So it comes in one step, and that of a dead process can be removed
 * by anybody without taking another's. What a killed process left goes with the next that holds the lock.
 *
 * @param target - what it protects, for the error
 * @throws TargetBusyError when a living process holds it, this one included
 */
export async function takeFileLock(
  path: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<FileLock> {
  const claim = join(path, await ownClaim());
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    try {
      if (await onFile(path, () => isAlone(path, claim))) return { release: () => withdraw(claim) };
    } catch (error) {
      await withdraw(claim);
      throw error;
    }
    await withdraw(claim);
    await wait(Math.random() * firstWaitMs * 2 ** attempt, signal);
  }
  throw targetBusy(target);
}

/** Somebody is writing it already. */
export function targetBusy(target: string): TargetBusyError {
  const text = `${target} is being written by another download. Wait for it, or choose another target.`;
  return new TargetBusyError(target, text);
}

/** Makes the claim, removes those of dead processes, and tells whether no other is left. */
async function isAlone(path: string, claim: string): Promise<boolean> {
  await unless("EEXIST", mkdir(path));
  const file = await unless("ENOENT", open(claim, "wx"));
  if (!file) return false; // whoever held the lock has just removed the folder
  await file.close();
  return (await countOthers(path, basename(claim))) === 0;
}

/** Counts the claims of the living, and removes those of dead processes. */
async function countOthers(path: string, own: string): Promise<number> {
  let others = 0;
  for (const name of await readdir(path)) {
    if (name === own || !isClaim(name)) continue;
    if (await isOfTheLiving(name)) others++;
    else await unless("ENOENT", unlink(join(path, name)));
  }
  return others;
}

/** Whether a living process has a claim on the lock at `path`, as far as that can be seen without taking it. */
export async function isLocked(path: string): Promise<boolean> {
  const names = (await onFile(path, () => unless("ENOENT", readdir(path)))) ?? [];
  return (await Promise.all(names.map(isOfTheLiving))).includes(true);
}

async function withdraw(claim: string): Promise<void> {
  await onFile(claim, async () => {
    await unless("ENOENT", unlink(claim));
    // Another's claim may be in it, or another may have removed it. EEXIST is how some systems say ENOTEMPTY; the last two
    // are met on Windows while something looks at the folder. An empty one does no harm: it must not fail a whole download.
    await unless("ENOTEMPTY EEXIST ENOENT EBUSY EPERM", rmdir(dirname(claim)));
  });
}

/** What the step gives; `undefined` where it fails with one of these codes. */
async function unless<Result>(codes: string, step: Promise<Result>): Promise<Result | undefined> {
  try {
    return await step;
  } catch (error) {
    if (codes.split(" ").includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
