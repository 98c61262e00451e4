import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { RequestRecord } from "@cloudhaul/emulator";
import { type EmulatorProcess, startEmulatorProcess } from "./emulator-process.ts";
import { runUserProgram } from "./user-process.ts";
import type { Report } from "./user-program.ts";
import { type ComparedFile, compareFiles, problemsOf } from "./verdict.ts";

const help = `Downloads a file of each service from a local emulator, and checks every byte.

  npm run demo -- [--keep DIR] [--flip-byte]

  --keep DIR    save into DIR and leave the files there (default: a temporary folder, removed at the end)
  --flip-byte   let the emulator damage one byte on its way, to see the demo fail
  --help        this text`;

const values = readOptions();

function readOptions() {
  try {
    return parseArgs({
      options: {
        keep: { type: "string" },
        "flip-byte": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

/** Fetches everything, prints what came, and tells what was not as it must be. */
async function show(
  emulator: EmulatorProcess,
  folder: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  console.log(`An emulator runs at ${emulator.url} (process ${emulator.pid}).\n`);
  // Asked now: an archive of ROMA is gone from the list once it was given out.
  const objects = await emulator.objects();
  if (values["flip-byte"])
    await emulator.addFault({ match: "/download/demo-hss-file", flipByteAt: 20_000_000 });
  const reports = await runUserProgram(emulator, folder, signal);
  const files = await compareFiles(reports, objects);
  const requests = await emulator.requests();
  printFiles(files, folder);
  printRequests(requests);
  printRefusals(reports);
  return problemsOf(files, reports, requests, objects);
}

function printFiles(files: readonly ComparedFile[], folder: string): void {
  console.log("\nFiles");
  for (const { path, bytes, sha256, matches } of files) {
    console.log(`  ${relative(folder, path)}`);
    console.log(`    ${bytes.toLocaleString("en")} bytes, sha256 ${sha256}`);
    console.log(`    ${matches ? "matches the source" : "DOES NOT MATCH THE SOURCE"}`);
  }
}

function printRequests(requests: readonly RequestRecord[]): void {
  console.log(`\nRequests made: ${requests.length}`);
  for (const { method, path, status, bytesSent } of requests) {
    // The query of a link is its secret.
    const shown = path.replace(/\?.*$/, "?…");
    console.log(`  ${method} ${shown} ${status} ${bytesSent.toLocaleString("en")} bytes`);
  }
}

function printRefusals(reports: readonly Report[]): void {
  console.log("\nROMA gives an archive once");
  for (const report of reports) {
    if (report.kind !== "refused") continue;
    console.log(`  ${report.attempt}: ${report.error} ${report.code}\n    ${report.message}`);
  }
}

/** Runs the demo and cleans up after it, whatever happens. */
async function run(signal: AbortSignal): Promise<readonly string[]> {
  const folder = values.keep ? resolve(values.keep) : await mkdtemp(join(tmpdir(), "cloudhaul-demo-"));
  await mkdir(folder, { recursive: true });
  try {
    const emulator = await startEmulatorProcess();
    try {
      return await show(emulator, folder, signal);
    } finally {
      await emulator.stop();
    }
  } finally {
    if (values.keep) console.log(`\nThe files are in ${folder}.`);
    else await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(help);
    return 0;
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error("interrupted"));
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    const problems = await run(interrupted.signal);
    for (const problem of problems) console.error(`\nFAILED: ${problem}`);
    if (problems.length === 0) console.log("\nEvery file is whole and right.");
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(`\nFAILED: ${error instanceof Error ? error.message : String(error)}`);
    return interrupted.signal.aborted ? 130 : 1;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

process.exitCode = await main();
