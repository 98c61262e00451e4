import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  filesMatching,
  type Manifest,
  publishedPackages,
  readJson,
  repositoryRoot,
} from "../../checks/src/workspace.ts";
import { checkPendingChanges } from "./pending-changes.ts";

/** What stands in `packages/core-http/src/version.ts`, for the User-Agent. */
const versionLine = /(?<=^export const version = ").*(?=";$)/m;

/** Turns the pending changesets into versions and changelogs, and brings along all else that names a version. */
function version(root: string): void {
  const { problems } = checkPendingChanges(root);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  run(root, "changeset", "version");
  const versions = new Map(publishedPackages(root).map(({ manifest }) => [manifest.name, manifest.version]));
  const versionFile = path.join(root, "packages/core-http/src/version.ts");
  const text = readFileSync(versionFile, "utf8");
  writeFileSync(versionFile, text.replace(versionLine, versions.get("@cloudhaul/core-http") ?? ""));
  // What is not published asks for exactly what stands beside it; changesets leaves it alone.
  for (const file of filesMatching(root, "tools/*/package.json"))
    renewRanges(path.join(root, file), versions);
  run(root, "npm", "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error");
}

function renewRanges(file: string, versions: ReadonlyMap<string, string>): void {
  const manifest = readJson<Manifest>(file);
  if (!manifest.dependencies) return;
  const dependencies = Object.fromEntries(
    Object.entries(manifest.dependencies).map(([name, range]) => {
      const own = versions.get(name);
      return [name, own === undefined ? range : `^${own}`];
    }),
  );
  writeFileSync(file, `${JSON.stringify({ ...manifest, dependencies }, null, 2)}\n`);
}

function run(root: string, ...command: readonly string[]): void {
  // A shell, by which Windows finds npm's own.
  const { status } = spawnSync(command.join(" "), { cwd: root, shell: true, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}.`);
}

version(repositoryRoot);
