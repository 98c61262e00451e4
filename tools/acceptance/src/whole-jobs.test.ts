import type { ProgressEvent, TaskStatus } from "@cloudhaul/core-http";
import { type Emulator, type EmulatorOptions, startEmulator } from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { jobFailures } from "./job-failures.ts";
import { publishedFiles } from "./saved-files.ts";
import { clientOptions } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { wholeJobs } from "./whole-job.ts";

const jobs = Object.values(wholeJobs);
const dds = { newJob: "shown" } as const;

async function startCloud(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ variants: { dds }, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** As a log shows them. */
const taskLine = ({ status, progressPercent = 0 }: TaskStatus): string => `${status} ${progressPercent}%`;
const fileLine = ({ phase, bytes, totalBytes }: ProgressEvent): string =>
  `${phase} ${bytes} of ${totalBytes}`;

describe("with delays as in a cloud", () => {
  it.each(jobs)("the whole job of $service, its progress told all the way", async (job) => {
    const emulator = await startCloud({ variants: { dds, all: { length: "content-length" } } });
    job.prepare(emulator, 1.5);
    const file = /\/(ddsbucket|download\/|archives|ies\/result)|\/file$/;
    emulator.faults.add({ match: file, times: 9, delayMs: 80, bytesPerSecond: 1024 ** 2 });
    emulator.faults.add({ times: 999, delayMs: 80 });
    const [told, shown]: [string[], string[]] = [[], []];
    const folder = await temporaryFolder();
    const sha256 = await job.run(clientOptions(emulator), {
      folder,
      wait: { pollIntervalMs: 100, onStatus: (status) => told.push(taskLine(status)) },
      file: {
        onProgress: (event) => event.phase === "downloading" && shown.push(fileLine(event)),
      },
    });
    expect(sha256).toBe(await job.content.sha256());
    expect(told.length).toBeGreaterThan(2);
    expect(new Set(shown).size).toBeGreaterThan(2);
    expect(shown.at(-1)).toBe(`downloading ${job.content.bytes} of ${job.content.bytes}`);
    expect(emulator.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });
});

const failures = Object.entries(jobFailures).flatMap(([service, cells]) =>
  Object.entries(cells).map(([failure, cell]) => ({
    ...{ service: service as keyof typeof wholeJobs, failure, cell },
  })),
);

describe("the whole job of", () => {
  it.each(failures.flatMap(({ cell, ...names }) => (typeof cell === "string" ? [] : [{ ...names, cell }])))(
    "$service tells: $failure",
    async ({ service, failure, cell }) => {
      const emulator = await startCloud(cell.emulator);
      const job = wholeJobs[service];
      job.prepare(emulator, 0);
      cell.arrange?.(emulator);
      const folder = await temporaryFolder();
      // Who finds a service busy waits for a turn as long as for a task.
      const timeoutMs = failure === "busy" ? 200 : 20_000;
      const options = { folder, wait: { pollIntervalMs: 20, timeoutMs } };
      const running = (async () => job.run(clientOptions(emulator, cell.client?.(emulator)), options))();
      await expect(running).rejects.toMatchObject(cell.error);
      expect(await publishedFiles(folder)).toEqual([]);
    },
  );
});
