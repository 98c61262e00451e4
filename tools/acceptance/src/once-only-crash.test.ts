import { appendFile, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Emulator, type FaultRule, startEmulator, zipContent } from "@cloudhaul/emulator";
import { expect, it, onTestFinished } from "vitest";
import { bytesOf } from "./content-bytes.ts";
import { environmentOf } from "./emulator-environment.ts";
import { hiddenFile, journalIn } from "./journal-lines.ts";
import { type KillableProgram, startProgram } from "./killable-program.ts";
import { publishedFiles } from "./saved-files.ts";
import { chosenSeed, seededRandom } from "./seeded-random.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const content = zipContent({ seed: "once-only", bytes: 4 * 1024 ** 2, fileName: "archive.zip" });
/** With the directory of the zip. */
const { bytes } = content;
const program = join(import.meta.dirname, "save-archive.ts");

/** One archive, its folder, and the way to ask for it in a process of its own. */
interface Scene {
  readonly emulator: Emulator;
  readonly folder: string;
  start(): KillableProgram;
}

interface Answer {
  readonly path?: string;
  readonly code?: string;
  readonly message?: string;
  readonly partialPath?: string;
  readonly receivedBytes?: number;
  readonly consumed?: string;
}

/** The requests for the archive itself. */
const archiveRequests = ({ emulator }: Scene) =>
  emulator.requests.filter(({ path }) => path.includes("/archives/"));

/** Waits until it is so, or the program has ended. */
async function until(isSo: () => boolean | Promise<boolean>, run: KillableProgram): Promise<void> {
  let isOver = false;
  void run.ended.then(() => {
    isOver = true;
  });
  while (!isOver && !(await isSo())) await sleep(1);
}

async function partBytes(folder: string): Promise<number> {
  const part = await hiddenFile(folder, "part");
  if (!part) return 0;
  try {
    return (await stat(part)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return bytes; // published between the two looks
    throw error;
  }
}

/** When a kill falls: `share` is anywhere from 0 to 1. */
interface Moment {
  readonly name: string;
  readonly kills: number;
  readonly fault?: FaultRule;
  reached(scene: Scene, share: number): boolean | Promise<boolean>;
  /** How long to wait behind it, in milliseconds. */
  readonly lateMs?: number;
}

const moments: readonly Moment[] = [
  {
    name: "before the request",
    kills: 4,
    fault: { match: /\/instances$/, delayMs: 300 },
    reached: ({ emulator }) => emulator.requests.length > 0,
    lateMs: 100,
  },
  {
    name: "between the request and its answer",
    kills: 4,
    fault: { match: "/archives/", delayMs: 400 },
    reached: (scene) => archiveRequests(scene).length > 0,
    lateMs: 200,
  },
  {
    name: "in mid-body",
    kills: 8,
    fault: { match: "/archives/", bytesPerSecond: 8 * 1024 ** 2 },
    reached: (scene, share) => (archiveRequests(scene)[0]?.bytesSent ?? 0) > share * bytes,
  },
  {
    name: "between the last byte and the name",
    kills: 16,
    reached: (scene) => archiveRequests(scene)[0]?.bytesSent === bytes,
    lateMs: 40,
  },
];

/** A second run in the same folder, with what must be so whatever happened to the first. */
async function runAgain(scene: Scene, whole: Buffer): Promise<string> {
  const { folder } = scene;
  const journal = await journalIn(folder);
  const held = await partBytes(folder);
  const first = archiveRequests(scene);
  expect(first.length).toBeLessThanOrEqual(1);
  const requestsBefore = scene.emulator.requests.length;
  const { stdout, stderr } = await scene.start().ended;
  expect(stderr).toBe("");
  const answer = JSON.parse(stdout) as Answer;
  const stage = journal?.stage ?? "none";
  if (first.length > 0) expect(scene.emulator.requests).toHaveLength(requestsBefore);
  if (answer.path) {
    // Nothing had been asked for yet, or all was there but the name.
    expect(["none", "source", "publishing"]).toContain(stage);
    expect(whole.equals(await readFile(answer.path))).toBe(true);
    expect(archiveRequests(scene)).toHaveLength(1);
    return stage;
  }
  expect(answer).toMatchObject({ code: "ONCE_ONLY", consumed: stage === "sent" ? "unknown" : "yes" });
  if (stage === "saved") {
    expect(whole.equals(await readFile(join(folder, "archive.zip")))).toBe(true);
    expect(answer.message).toContain("archive.zip");
    return stage;
  }
  expect(await publishedFiles(folder)).toEqual([]);
  expect(answer.receivedBytes).toBe(held);
  if (held > 0) {
    expect(answer.message).toContain(answer.partialPath);
    expect(whole.subarray(0, held).equals(await readFile(answer.partialPath ?? ""))).toBe(true);
  } else expect(answer.partialPath).toBeUndefined();
  return stage;
}

async function setScene(fault: FaultRule | undefined): Promise<Scene> {
  const variants = {
    length: "content-length",
    disposition: "plain",
    etag: "strong",
    ranges: "honoured",
  } as const;
  const emulator = await startEmulator({ variants: { roma: variants } });
  onTestFinished(() => emulator.close());
  const folder = await temporaryFolder();
  const { instanceId, archiveId } = emulator.store.roma.addArchive({ content });
  if (fault) emulator.faults.add(fault);
  const call = { arguments: [instanceId, archiveId, `${folder}/`], env: environmentOf(emulator) };
  return { emulator, folder, start: () => startProgram(program, call) };
}

/** Kills one download, and resolves to the stage that its journal had reached. */
async function killAt(moment: Moment, share: number, lateMs: number, whole: Buffer): Promise<string> {
  const scene = await setScene(moment.fault);
  const run = scene.start();
  await until(() => moment.reached(scene, share), run);
  await sleep(lateMs);
  run.kill();
  await run.ended;
  scene.emulator.faults.clear();
  const stage = await runAgain(scene, whole);
  expect((await readdir(scene.folder)).filter((name) => name.includes(".lock"))).toEqual([]);
  return stage;
}

const parallel = 4;

it.each(moments)(
  "[HTTP-52] killed $name: asked for once at most, and the next run tells the truth",
  async (moment) => {
    const seed = chosenSeed();
    const random = seededRandom(seed);
    const whole = await bytesOf(content);
    const stages: string[] = [];
    for (let kill = 0; kill < moment.kills; kill += parallel) {
      const batch = Array.from({ length: parallel }, (_, index) =>
        killAt(moment, (kill + index + random()) / moment.kills, random() * (moment.lateMs ?? 0), whole),
      );
      stages.push(...(await Promise.all(batch)));
    }
    console.log(`${moment.name} (seed ${seed}): ${stages.join(", ")}`);
    expect(stages).toHaveLength(moment.kills);
  },
);

it("[HTTP-52] a crash before the naming, and the name taken since: the next run numbers it, and the one after knows", async () => {
  const { folder, start } = await setScene(undefined);
  const saved = JSON.parse((await start().ended).stdout) as { path: string };
  const journal = (await hiddenFile(folder, "journal")) ?? "";
  await rename(saved.path, journal.replace(/journal$/, "part"));
  await appendFile(journal, `${JSON.stringify({ stage: "publishing" })}\n`);
  await writeFile(saved.path, "mine");
  const numbered = join(folder, "archive (2).zip");
  expect(JSON.parse((await start().ended).stdout)).toMatchObject({ path: numbered });
  expect((await bytesOf(content)).equals(await readFile(numbered))).toBe(true);
  const { message } = JSON.parse((await start().ended).stdout) as { message: string };
  expect(message).toContain("archive (2).zip");
});
