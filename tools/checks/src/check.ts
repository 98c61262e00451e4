import { spawn } from "node:child_process";
import { repositoryRoot } from "./workspace.ts";

/** One thing that must hold, and the command that says so. */
interface Step {
  readonly name: string;
  readonly command: string;
  /** Shows what the command prints only where it fails. Default: as it comes. */
  readonly quiet?: boolean;
}

const script = (name: string) => `npm run --silent ${name}`;
const own = (name: string) => `node tools/checks/src/${name}.ts`;

/** In this order: what is quick and needs no build comes first. */
const steps: readonly Step[] = [
  { name: "lint", command: script("lint"), quiet: true },
  { name: "lockfile", command: own("lockfile") },
  { name: "structure", command: own("structure") },
  { name: "graph", command: own("graph") },
  { name: "changesets", command: "node tools/release/src/pending-changes.ts" },
  { name: "build", command: script("build"), quiet: true },
  { name: "boundaries", command: script("boundaries") },
  { name: "unused", command: script("unused") },
  { name: "typecheck", command: script("typecheck"), quiet: true },
  { name: "test", command: "npm test" },
  { name: "requirements", command: own("requirements") },
  { name: "package", command: script("package"), quiet: true },
  { name: "api:check", command: script("api:check") },
  { name: "examples", command: own("examples") },
  { name: "guides", command: own("guides") },
  { name: "error-codes", command: own("error-codes") },
  { name: "docs", command: script("docs"), quiet: true },
  { name: "demo", command: script("demo") },
  { name: "consumers", command: script("consumers") },
];

/** How a step ended. */
interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
  readonly seconds: string;
}

/** Runs one step. */
async function runStep(step: Step): Promise<Outcome> {
  console.log(`\n── ${step.name}: ${step.command}`);
  const started = performance.now();
  const child = spawn(step.command, {
    cwd: repositoryRoot,
    shell: true,
    stdio: step.quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    env: { ...process.env, NX_DAEMON: "false", NX_NO_CLOUD: "true", NX_TUI: "false" },
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => printed.push(chunk));
  const passed = await new Promise<boolean>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve(exitCode === 0));
  });
  if (!passed && step.quiet) console.log(Buffer.concat(printed).toString().trimEnd());
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return { step, passed, seconds };
}

/** Runs the steps in turn up to the first that fails, and prints a table of what became of each. */
export async function check(list: readonly Step[]): Promise<boolean> {
  const outcomes: Outcome[] = [];
  for (const step of list) {
    const outcome = await runStep(step);
    outcomes.push(outcome);
    if (!outcome.passed) break;
  }
  console.log("\n── summary");
  for (const [index, step] of list.entries()) {
    const outcome = outcomes[index];
    const word = outcome === undefined ? "not run" : outcome.passed ? "passed" : "FAILED";
    console.log(
      `${step.name.padEnd(14)}${word.padEnd(9)}${outcome ? `${outcome.seconds.padStart(7)} s` : ""}`.trimEnd(),
    );
  }
  return outcomes.length === list.length && outcomes.every(({ passed }) => passed);
}

if (import.meta.main && !(await check(steps))) process.exitCode = 1;
