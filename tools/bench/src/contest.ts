import { type Figures, measure } from "./measure.ts";
import type { Place, Scene } from "./scene.ts";
import { type ExpectedFiles, verifyFiles } from "./served-files.ts";

/** A program that takes part. It runs in an empty folder, and leaves there what it saved. */
export interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
  /** Why it cannot take part: `not built`. */
  readonly absent?: string | undefined;
  /** What it must leave, where that is not what the others do. */
  readonly expected?: ExpectedFiles | undefined;
}

/** The same work for several programs; the first of them is what the others are compared with. */
export interface Contest {
  /** A name for files. */
  readonly slug: string;
  readonly title: string;
  readonly place: Place;
  readonly contestants: readonly Contestant[];
  /** What must lie in the folder afterwards. */
  readonly expected: ExpectedFiles;
}

/** How one program did. */
export interface Standing {
  readonly name: string;
  /** By round; empty where `absent` says why. */
  readonly runs: readonly Figures[];
  readonly absent?: string | undefined;
  /** Whether it is absent because it failed. */
  readonly failed: boolean;
}

/** How often. */
export interface Rounds {
  readonly warmUp: number;
  readonly counted: number;
}

const timeoutMs = 600_000;

/**
 * Runs all of them in turn, A B C A B C, so that a machine which is busy for a moment is so for all. Who fails, or saves
 * something else than was served, is out and has no figures.
 */
export async function runContest(
  contest: Contest,
  scene: Scene,
  { warmUp, counted }: Rounds,
): Promise<readonly Standing[]> {
  const running = contest.contestants.map((contestant) => ({
    name: contestant.name,
    contestant,
    absent: contestant.absent,
    failed: false,
    runs: [] as Figures[],
  }));
  for (let round = -warmUp; round < counted; round++) {
    for (const standing of running) {
      if (standing.absent !== undefined) continue;
      try {
        const figures = await runOnce(standing.contestant, contest, scene);
        if (round >= 0) standing.runs.push(figures);
      } catch (error) {
        standing.absent = `failed: ${(error as Error).message}`;
        standing.failed = true;
        standing.runs = [];
        process.stderr.write(`${contest.slug}, ${standing.name}, ${standing.absent}\n`);
      }
    }
  }
  return running.map(({ name, runs, absent, failed }) => ({ name, runs, absent, failed }));
}

async function runOnce({ command, expected }: Contestant, contest: Contest, scene: Scene): Promise<Figures> {
  const cwd = await scene.emptyFolder(contest.place);
  const figures = await measure(command, { cwd, env: scene.env, report: scene.report, timeoutMs });
  await verifyFiles(cwd, expected ?? contest.expected);
  return figures;
}
