import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type {
  EmulatorAccessKey,
  EmulatorUser,
  FaultRule,
  RequestRecord,
  StoredObject,
} from "@cloudhaul/emulator";

/** What the emulator tells in its first line. */
interface Announcement {
  readonly url: string;
  readonly region: string;
  readonly projectId: string;
  readonly accessKey: EmulatorAccessKey;
  readonly user: EmulatorUser;
}

/** An emulator in a process of its own. */
export interface EmulatorProcess extends Announcement {
  readonly pid: number;
  /** What can be downloaded at this moment. */
  objects(): Promise<readonly StoredObject[]>;
  /** Everything that it was asked so far. */
  requests(): Promise<readonly RequestRecord[]>;
  addFault(fault: FaultRule & { readonly match: string }): Promise<void>;
  /** Ends the process, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts an emulator with the demo files on a free port of loopback. */
export async function startEmulatorProcess(): Promise<EmulatorProcess> {
  const main = fileURLToPath(new URL("main.js", import.meta.resolve("@cloudhaul/emulator")));
  const child = spawn(process.execPath, [main, "--demo", "--quiet"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const announcement = await firstLine(child);
    const { url } = announcement;
    return {
      ...announcement,
      pid: child.pid ?? 0,
      objects: async () => (await control<{ objects: StoredObject[] }>(`${url}/_emulator/state`)).objects,
      requests: async () =>
        (await control<{ requests: RequestRecord[] }>(`${url}/_emulator/requests`)).requests,
      async addFault(fault) {
        const answer = await fetch(`${url}/_emulator/faults`, {
          method: "POST",
          body: JSON.stringify(fault),
        });
        if (!answer.ok) throw new Error(`The emulator took no fault: ${await answer.text()}`);
      },
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function firstLine(child: ChildProcess): Promise<Announcement> {
  if (!child.stdout) throw new Error("The emulator has no output.");
  const failed = once(child, "error").then(([error]) => Promise.reject(error as Error));
  // Of the two, one may lose unheard.
  failed.catch(() => undefined);
  const lines = createInterface({ input: child.stdout });
  const ended = once(lines, "close").then(() => {
    throw new Error("The emulator ended before it listened. Is it built? Run npm run build.");
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(lines, "line"), failed, ended])) as [string];
  return JSON.parse(line) as Announcement;
}

async function control<Answer>(url: string): Promise<Answer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

const patienceMs = 5000;

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const waiting = new AbortController();
  const late = sleep(patienceMs, "late", { signal: waiting.signal }).catch(() => undefined);
  if ((await Promise.race([gone, late])) === "late") child.kill("SIGKILL");
  await gone;
  waiting.abort();
}
