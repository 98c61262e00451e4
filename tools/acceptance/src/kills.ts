import { createHash } from "node:crypto";
import { mkdir, mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { randomContent } from "@cloudhaul/emulator";
import { bytesOf } from "./content-bytes.ts";
import { hiddenFile, journalIn } from "./journal-lines.ts";
import { type KillableProgram, startProgram } from "./killable-program.ts";
import { type PacedServer, startPacedServer } from "./paced-server.ts";
import { sha256OfFile } from "./saved-files.ts";
import { seededRandom } from "./seeded-random.ts";

/** How many downloads are to be killed, and of what. */
export interface KillPlan {
  readonly runs: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  /** How many at a time. */
  readonly parallel: number;
  readonly seed: number;
  /** Of each download; of the call that follows a kill half as many, or one, or twice as many. Default 1. */
  readonly connections?: number | undefined;
}

/** One download that was killed, and what the same call made of it. */
export interface KilledRun {
  readonly index: number;
  /** When it was to fall: 0 is the start of the process, 1 the last byte. */
  readonly point: number;
  /** Where the kill fell, by what lay in the folder. */
  readonly where: string;
  /** Whether what was not yet flushed was zeroed, as a power cut does. */
  readonly zeroed: boolean;
  /** Of the whole file. */
  readonly fetchedAgain: number;
  readonly requests: number;
  /** What is wrong; empty for a run that is right. */
  readonly faults: readonly string[];
}

interface Job extends KillPlan {
  readonly server: PacedServer;
  readonly sha256: string;
  readonly folder: string;
  /** From the start of a process to its first request. */
  readonly setUpMs: number;
}

const program = join(import.meta.dirname, "save-link.ts");
const fileName = "file.bin";

/** The part of all kills that falls before the first byte. */
const setUpShare = 0.15;
/** How far behind the last byte kills go on, and how long that takes. */
const endShare = 0.05;
const endMs = 60;
/**
 * Of all kills, the part that is made a power cut: a third, and some more, since the last few may have nothing to lose. A
 * kill before the first byte, or after the last flush, has no tail that could be zeroed; others take its place.
 */
const cutShare = 0.38;

/** Kills as many downloads at points spread over the whole of each, and runs each again to its end. */
export async function killDownloads(plan: KillPlan): Promise<readonly KilledRun[]> {
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-kills-"));
  const file = await bytesOf(randomContent({ seed: `kills ${plan.seed}`, bytes: plan.bytes }));
  const server = await startPacedServer(file, plan.bytesPerSecond);
  try {
    const sha256 = createHash("sha256").update(file).digest("hex");
    const setUpMs = await measureSetUp(server, folder, plan.parallel);
    return await runAll({ ...plan, server, sha256, folder, setUpMs });
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

/** With as many side by side as later, since they share the processors. */
async function measureSetUp(server: PacedServer, folder: string, parallel: number): Promise<number> {
  const times = await Promise.all(
    Array.from({ length: parallel }, async (_, index) => {
      const startedAt = performance.now();
      const path = `/set-up-${index}`;
      const run = startProgram(program, { arguments: [server.url + path, join(folder, `set-up-${index}`)] });
      await reach(server, path, 1, run);
      run.kill();
      await run.ended;
      return performance.now() - startedAt;
    }),
  );
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

/** Waits until so many bytes were sent, or the program has ended. */
async function reach(server: PacedServer, path: string, bytes: number, run: KillableProgram): Promise<void> {
  let isOver = false;
  void run.ended.then(() => {
    isOver = true;
  });
  while (!isOver && server.fetched(path).bytes < bytes) await sleep(2);
}

/** Waits for the moment: by the clock while the program gets ready, and then by what it was sent. */
async function waitFor(point: number, job: Job, path: string, run: KillableProgram): Promise<void> {
  if (point < setUpShare) {
    await sleep((point / setUpShare) * job.setUpMs);
    return;
  }
  const share = Math.min(1, (point - setUpShare) / (1 - setUpShare));
  await reach(job.server, path, share * job.bytes, run);
  if (point > 1) await sleep(((point - 1) / endShare) * endMs);
}

async function runAll(job: Job): Promise<readonly KilledRun[]> {
  const random = seededRandom(job.seed);
  // Spread evenly, from the first moment to just after the last; in no order, so that power cuts are spread as evenly.
  const runs = Array.from({ length: job.runs }, (_, index) => ({
    index,
    point: ((index + random()) / job.runs) * (1 + endShare),
    order: random(),
  })).sort((one, other) => one.order - other.order);
  const done: KilledRun[] = [];
  let killed = 0;
  let cuts = 0;
  const loseTail = async (folder: string): Promise<boolean> => {
    if (cuts >= ++killed * cutShare) return false;
    cuts++; // before the first wait: others are killed meanwhile
    const isCut = await cutPower(folder);
    if (!isCut) cuts--;
    return isCut;
  };
  const worker = async (): Promise<void> => {
    for (let run = runs.shift(); run; run = runs.shift())
      done.push(await killOne(job, run.index, run.point, loseTail));
  };
  await Promise.all(Array.from({ length: job.parallel }, worker));
  return done.sort((one, other) => one.index - other.index);
}

async function killOne(
  job: Job,
  index: number,
  point: number,
  loseTail: (folder: string) => Promise<boolean>,
): Promise<KilledRun> {
  const folder = join(job.folder, `run-${index}`);
  await mkdir(folder);
  const path = `/run-${index}/${fileName}`;
  const { connections = 1 } = job;
  const call = (count: number) => ({
    arguments: [job.server.url + path, join(folder, fileName), String(count)],
  });
  const first = startProgram(program, call(connections));
  await waitFor(point, job, path, first);
  first.kill();
  await first.ended;
  const where = await placeOf(folder);
  const zeroed = await loseTail(folder);
  const { exitCode, stdout, stderr } = await startProgram(program, call(nextConnections(connections, index)))
    .ended;
  const answer = JSON.parse(stdout || "{}") as { readonly code?: string; readonly sha256?: string };
  const isExpected =
    answer.sha256 === job.sha256 || (answer.code === "TARGET_EXISTS" && where === "complete");
  const { requests, bytes } = job.server.fetched(path);
  const faults = [
    ...(exitCode === 0 && isExpected ? [] : [`the second run failed: ${stdout}${stderr}`]),
    ...(await faultsOf(folder, job.sha256)),
  ];
  const fetchedAgain = Math.max(0, bytes - job.bytes) / job.bytes;
  await rm(folder, { recursive: true });
  return { index, point, where, zeroed, fetchedAgain, requests, faults };
}

/** Whoever goes on need not do it as it was begun. */
function nextConnections(connections: number, index: number): number {
  if (connections === 1) return 1;
  return [1, connections, Math.ceil(connections / 2), connections * 2][index % 4] ?? 1;
}

/** Where a download was when it was killed. */
async function placeOf(folder: string): Promise<string> {
  const names = await readdir(folder);
  const journal = await journalIn(folder);
  if (!journal) return names.includes(fileName) ? "complete" : names.length > 0 ? "lock" : "nothing yet";
  if (journal.stage !== "transfer") return journal.stage;
  const parts = journal.syncedRanges?.length ? ", parts" : "";
  return `transfer, ${journal.synced ? "synced" : journal.written ? "written" : "nothing noted"}${parts}`;
}

/** Zeroes what a power cut may take: all but what the journal says is on the disk. */
async function cutPower(folder: string): Promise<boolean> {
  const part = await hiddenFile(folder, "part");
  const journal = await journalIn(folder);
  // From that stage on the whole file has been flushed.
  if (!part || journal?.stage === "publishing") return false;
  const { size } = await stat(part);
  let at = journal?.synced?.bytes ?? 0;
  let isCut = false;
  const kept = [...(journal?.syncedRanges ?? [])].sort((one, other) => one.start - other.start);
  const file = await open(part, "r+");
  try {
    for (const { start, bytes } of [...kept, { start: size, bytes: size }]) {
      const length = Math.min(start, size) - at;
      if (length > 0) await file.write(Buffer.alloc(length), 0, length, at);
      isCut ||= length > 0;
      at = Math.max(at, bytes);
    }
  } finally {
    await file.close();
  }
  return isCut;
}

async function faultsOf(folder: string, sha256: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  const others = names.filter((name) => name !== fileName);
  const left = others.length > 0 ? [`left behind: ${others.join(", ")}`] : [];
  if (!names.includes(fileName)) return ["there is no file", ...left];
  return (await sha256OfFile(join(folder, fileName))) === sha256 ? left : ["the file is wrong", ...left];
}

/** For people: how many were right, what was fetched again, and where the kills fell. */
export function describeKills(plan: KillPlan, runs: readonly KilledRun[]): string {
  const right = runs.filter(({ faults }) => faults.length === 0).length;
  const places = new Map<string, KilledRun[]>();
  for (const run of runs) places.set(run.where, [...(places.get(run.where) ?? []), run]);
  const percent = (group: readonly KilledRun[]) => `${(meanFetchedAgain(group) * 100).toFixed(1)} %`;
  const rows = [...places].map(([where, group]) => {
    const cuts = String(group.filter((run) => run.zeroed).length).padStart(3);
    const count = String(group.length).padStart(4);
    return `  ${where.padEnd(26)} ${count}   zeroed ${cuts}   fetched again ${percent(group)}`;
  });
  const zeroed = runs.filter((run) => run.zeroed);
  return [
    `Seed ${plan.seed}: ${runs.length} downloads of ${plan.bytes / 1024 ** 2} MiB killed, ${right} right in the end.`,
    `Of ${zeroed.length} the unflushed tail was zeroed, as by a power cut.`,
    `Fetched again on average: ${percent(runs)} of the file; of those with a zeroed tail: ${percent(zeroed)}.`,
    "Where the kills fell:",
    ...rows.sort(),
    ...runs
      .filter(({ faults }) => faults.length > 0)
      .map(({ index, point, where, zeroed: isZeroed, faults }) => {
        const how = `at ${point.toFixed(3)}, ${where}${isZeroed ? ", zeroed" : ""}`;
        return `  run ${index} (${how}): ${faults.join("; ")}`;
      }),
  ].join("\n");
}

/** Whether a third or more had a tail that was zeroed. */
export function hasPowerCuts(runs: readonly KilledRun[]): boolean {
  return runs.filter(({ zeroed }) => zeroed).length >= runs.length / 3;
}

/** Of the whole file, on average. */
export function meanFetchedAgain(runs: readonly KilledRun[]): number {
  return runs.reduce((sum, { fetchedAgain }) => sum + fetchedAgain, 0) / Math.max(1, runs.length);
}
