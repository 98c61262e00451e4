import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator, RequestRecord } from "@cloudhaul/emulator";
import { onTestFinished } from "vitest";
import { environmentOf } from "./emulator-environment.ts";
import { journalIn } from "./journal-lines.ts";
import { type KillableProgram, startProgram } from "./killable-program.ts";
import type { Service } from "./services.ts";

/** What a run of a whole job says. */
export interface JobAnswer {
  readonly path?: string;
  readonly sha256?: string;
  readonly code?: string;
  readonly message?: string;
}

/** One whole job in a process of its own, which can be killed and run again. */
export interface KilledJob {
  readonly folder: string;
  /** Runs it until it is so, and kills it then; resolves with the stage of its journal, `none` without one. */
  killWhen(isSo: () => boolean | Promise<boolean>): Promise<string>;
  /** Runs it until the file gets its name, and kills it just before or after; resolves with the stage of its journal. */
  killAtPublishing(moment: "before" | "after"): Promise<string>;
  /** Runs it to its end. */
  run(): Promise<JobAnswer>;
  /** The requests whose line, `METHOD /path`, holds this. */
  asked(part: string): readonly RequestRecord[];
}

const program = join(import.meta.dirname, "save-export.ts");
const killer = join(import.meta.dirname, "kill-at-publishing.ts");

/** Prepares a job of a service of the emulator, for a folder of its own. */
export async function prepareJob(
  emulator: Emulator,
  service: Service["name"],
  input: object,
  options: object = {},
): Promise<KilledJob> {
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-acceptance-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const withPoll = JSON.stringify({ pollIntervalMs: 30, ...options });
  const call = {
    arguments: [service, JSON.stringify(input), withPoll, `${folder}/`],
    env: environmentOf(emulator),
  };
  const start = (more: object = {}): KillableProgram => startProgram(program, { ...call, ...more });
  const stage = async (): Promise<string> => (await journalIn(folder))?.stage ?? "none";
  return {
    folder,
    async killWhen(isSo) {
      const run = start();
      let isOver = false;
      void run.ended.then(() => {
        isOver = true;
      });
      while (!isOver && !(await isSo())) await sleep(2);
      run.kill();
      const { stdout, stderr } = await run.ended;
      if (stdout || stderr) throw new Error(`It ended before it could be killed: ${stdout}${stderr}`);
      return stage();
    },
    async killAtPublishing(moment) {
      const env = { ...call.env, TEST_KILL_AT_PUBLISHING: moment };
      const { exitCode, stdout, stderr } = await start({ nodeArguments: ["--import", killer], env }).ended;
      if (exitCode !== null)
        throw new Error(`It published nothing that it could be killed at: ${stdout}${stderr}`);
      return stage();
    },
    async run() {
      const { stdout, stderr } = await start().ended;
      if (stderr) throw new Error(stderr);
      return JSON.parse(stdout) as JobAnswer;
    },
    asked: (part) => emulator.requests.filter(({ method, path }) => `${method} ${path}`.includes(part)),
  };
}
