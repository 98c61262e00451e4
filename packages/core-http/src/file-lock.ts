import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { TargetBusyError } from "./download-errors.ts";
import { onFile } from "./file-errors.ts";

/** A lock that is held. */
export interface FileLock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When that process started, as the kernel counts it: a pid alone is used again. Empty where the system does not tell. */
  readonly started: string;
  readonly token: string;
}

/**
 * Takes the lock at `path`, over from a dead process if need be.
 *
 * @param target - what it protects, for the error
 * @throws TargetBusyError when a living process holds it, this one included
 */
export async function takeFileLock(path: string, target: string): Promise<FileLock> {
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    started: await startOf(process.pid),
    token: randomBytes(8).toString("hex"),
  };
  if (!(await create(path, holder))) await takeOver(path, holder, target);
  return {
    async release() {
      // Only our own: somebody may have taken it over from us while this machine slept.
      if ((await readHolder(path))?.token === holder.token) await removeIfThere(path);
    },
  };
}

/** The lock appears with its content in one step: an empty one could not be told from one of a process that died writing. */
async function create(path: string, holder: Holder): Promise<boolean> {
  const draft = `${path}.${holder.token}`;
  await onFile(path, async () => {
    const file = await open(draft, "wx");
    try {
      await file.writeFile(JSON.stringify(holder));
    } finally {
      await file.close();
    }
  });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    return createWithoutLinks(path, draft);
  } finally {
    await removeIfThere(draft);
  }
}

/** For file systems without hard links. */
async function createWithoutLinks(path: string, draft: string): Promise<boolean> {
  if (await readHolder(path)) return false;
  await onFile(path, () => rename(draft, path));
  return true;
}

/** Two that find the same dead lock must not both take it: whoever makes the guard file may, and looks again first. */
async function takeOver(path: string, holder: Holder, target: string): Promise<void> {
  const guard = `${path}.takeover`;
  if (await isAlive(await readHolder(path))) throw busy(target);
  if (!(await create(guard, holder))) {
    if (await isAlive(await readHolder(guard))) throw busy(target);
    await removeIfThere(guard);
    if (!(await create(guard, holder))) throw busy(target);
  }
  try {
    const dead = await readHolder(path);
    if (await isAlive(dead)) throw busy(target);
    // Only what was read: of one that is gone meanwhile, the next may have come, who needs no guard.
    if (dead) await removeIfThere(path);
    if (!(await create(path, holder))) throw busy(target);
  } finally {
    await removeIfThere(guard);
  }
}

function busy(target: string): TargetBusyError {
  const text = `${target} is being written by another download. Wait for it, or choose another target.`;
  return new TargetBusyError(target, text);
}

/** Who holds a lock that a power cut left empty: no process has such an id and such a start. */
const nobody: Holder = { pid: 2 ** 30, host: hostname(), started: "nobody", token: "" };

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return nobody;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A process of another machine cannot be asked: it counts as alive. */
async function isAlive(holder: Holder | undefined): Promise<boolean> {
  if (!holder) return false;
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return holder.started === (await startOf(holder.pid));
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets. */
async function startOf(pid: number): Promise<string> {
  if (process.platform !== "linux") return "";
  try {
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return ""; // gone in between, or /proc is not mounted: the pid alone must do
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
