import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";

let ownStart: Promise<string | undefined> | undefined;
/** Of a worker thread too, which has the pid of its process. */
let ownToken: string | undefined;
/** The system is asked once: a claim is made for each of thousands of small files. */
let ownHost: string | undefined;
let claims = 0;

/** A name by which everybody can tell that a file is this process's, and whether this process still lives. */
export async function ownClaim(): Promise<string> {
  ownStart ??= startOf(process.pid);
  ownToken ??= randomBytes(8).toString("hex");
  return `${process.pid}-${(await ownStart) ?? ""}-${ownToken}${(++claims).toString(16)}@${host()}`;
}

/** Process, its start, a token, its machine. */
const claimName = /^(\d+)-(\d*)-[0-9a-f]+@(.*)$/;

/** Whether a name is one that {@link ownClaim} makes. */
export function isClaim(name: string): boolean {
  return claimName.test(name);
}

/** Whether the process that a claim names still runs. */
export async function isOfTheLiving(name: string): Promise<boolean> {
  const [, pid, started = "", on] = claimName.exec(name) ?? [];
  if (pid === undefined) return false;
  // A process of another machine cannot be asked: its claim stands.
  return on !== host() || isAlive(Number(pid), started);
}

function host(): string {
  ownHost ??= encodeURIComponent(hostname()).slice(0, 100);
  return ownHost;
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
  try {
    // Fields 3 and 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets.
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "gone" : fields[19];
  } catch {
    return undefined; // hidden from us, or there is no such file on this system: the pid alone must do
  }
}
