import { spawnSync } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import path from "node:path";
import { checkApiReports } from "../../checks/src/api-reports.ts";
import { publishedPackages } from "../../checks/src/workspace.ts";
import { readFacts, type ServiceFacts, usage } from "./service-facts.ts";
import { writePackage } from "./write-package.ts";

const root = path.resolve(import.meta.dirname, "../../..");

/** Writes the package, then does what a developer would: format, link, build, accept the API. */
function makePackage(facts: ServiceFacts): void {
  const files = writePackage(root, facts);
  run("biome", [
    "check",
    "--write",
    "--log-level=error",
    ...files.filter((file) => /\.(ts|json)$/.test(file)),
  ]);
  // The lockfile alone; what is installed stays as it is, but for the link that npm would make.
  runNpm(["install", "--package-lock-only", "--ignore-scripts", "--offline", "--no-audit", "--no-fund"]);
  const link = path.join(root, "node_modules/@cloudhaul", facts.name);
  if (!existsSync(link)) symlinkSync(path.join("../../packages", facts.name), link, "junction");
  runNpm(["run", "--silent", "build"], path.join(root, "packages", facts.name));
  const made = publishedPackages(root).filter(({ folder }) => folder === facts.name);
  const { problems } = checkApiReports(made, { write: true });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  console.log(`packages/${facts.name} is there. Read its src/operations.ts first, then run "npm run check".`);
}

function run(command: string, words: readonly string[]): void {
  spawned(path.join(root, "node_modules/.bin", command), words);
}

function runNpm(words: readonly string[], folder: string = root): void {
  const script = process.env.npm_execpath;
  if (script) spawned(process.execPath, [script, ...words], folder);
  else spawned("npm", words, folder);
}

function spawned(command: string, words: readonly string[], folder: string = root): void {
  const shell = process.platform === "win32"; // commands are scripts there
  const { status, error } = spawnSync(command, words, { cwd: folder, stdio: ["ignore", 2, 2], shell });
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(command)} ${words.join(" ")} ended with ${status}.`);
}

try {
  const facts = readFacts(process.argv.slice(2));
  if (facts) makePackage(facts);
  else console.log(usage);
} catch (error) {
  console.error(`new:service: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
