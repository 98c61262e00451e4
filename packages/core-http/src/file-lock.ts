import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rmdir, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
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
  const claim = join(path, await ownName());
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
  throw busy(target);
}

function busy(target: string): TargetBusyError {
  const text = `${target} is being written by another download. Wait for it, or choose another target.`;
  return new TargetBusyError(target, text);
}

let ownStart: Promise<string | undefined> | undefined;

/** Whose claim it is. */
async function ownName(): Promise<string> {
  ownStart ??= startOf(process.pid);
  return `${process.pid}-${(await ownStart) ?? ""}-${randomBytes(8).toString("hex")}@${host()}`;
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
    if (name === own || !claimName.test(name)) continue;
    if (await isOfTheLiving(name)) others++;
    else await unless("ENOENT", unlink(join(path, name)));
  }
  return others;
}

/** What can be seen of a lock without taking it. */
export interface SeenLock {
  /** Whether a living process has a claim on it. */
  readonly isClaimed: boolean;
  /** All claims, those of dead processes too. */
  readonly claims: readonly string[];
}

/** Looks at the lock at `path`. */
export async function lookAtLock(path: string): Promise<SeenLock> {
  const names = (await onFile(path, () => unless("ENOENT", readdir(path)))) ?? [];
  const claims = names.filter((name) => claimName.test(name));
  const living = await Promise.all(claims.map(isOfTheLiving));
  return { isClaimed: living.includes(true), claims: claims.map((name) => join(path, name)) };
}

const claimName = /^(\d+)-(\d*)-[0-9a-f]+@(.*)$/;

async function isOfTheLiving(name: string): Promise<boolean> {
  const [, pid, started = "", on] = claimName.exec(name) ?? [];
  if (pid === undefined) return false;
  // A process of another machine cannot be asked: its claim stands.
  return on !== host() || isAlive(Number(pid), started);
}

/** A claim whose file is written to: what it holds is as safe from others as the lock. */
export interface WritableClaim extends FileLock {
  readonly path: string;
  readonly file: FileHandle;
  /** Makes sure that nobody else has a claim, as {@link takeFileLock} does. */
  prove(target: string): Promise<void>;
}

/**
 * Takes the lock in fewer steps, where nobody has it, for who writes to nothing but the claim itself: another may think
 * at the same time that the lock is theirs, and neither harms the other.
 *
 * @returns `undefined` where there is a claim already, be it of a dead process
 */
export async function claimFile(path: string): Promise<WritableClaim | undefined> {
  const claim = join(path, await ownName());
  const file = await onFile(claim, async () => {
    const isNew = await unless(
      "EEXIST",
      mkdir(path).then(() => true),
    );
    return isNew && unless("ENOENT", open(claim, "wx"));
  });
  if (!file) return undefined;
  return {
    path: claim,
    file,
    async prove(target) {
      if ((await onFile(path, () => countOthers(path, basename(claim)))) > 0) throw busy(target);
    },
    async release() {
      await file.close();
      await withdraw(claim);
    },
  };
}

async function withdraw(claim: string): Promise<void> {
  await onFile(claim, async () => {
    await unless("ENOENT", unlink(claim));
    // Another's claim may be in it, or another may have removed it. EEXIST is how some systems say ENOTEMPTY; the last two
    // are met on Windows while something looks at the folder. An empty one does no harm: it must not fail a whole download.
    await unless("ENOTEMPTY EEXIST ENOENT EBUSY EPERM", rmdir(dirname(claim)));
  });
}

function host(): string {
  return encodeURIComponent(hostname()).slice(0, 100);
}

async function isAlive(pid: number, started: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = await startOf(pid);
  return now === undefined || started === "" || now === started;
}

/**
 * When a process started, as the kernel counts it: a pid alone is used again. `undefined` where the system does not tell,
 * and `gone` of a process that has ended, and whose parent has not asked about it.
 */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    // Fields 3 and 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets.
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "gone" : fields[19];
  } catch {
    return undefined; // hidden from us, or /proc is not mounted: the pid alone must do
  }
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
