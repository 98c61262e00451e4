import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { expectedClosure, type LockedPackages } from "./locked-packages.ts";
import { findSystemNode, type SystemNode } from "./system-node.ts";
import { report, type Verdict } from "./verdict.ts";
import { entriesOf, type Package, publishedPackages, readJson, repositoryRoot } from "./workspace.ts";

/** Runs in the consumer's project. */
const loadBothWays = path.join(import.meta.dirname, "../consumer/load-both-ways.mjs");

/** A blank project in which some of our packages are installed, and what came of it. */
interface Consumer {
  readonly installed: readonly string[];
  readonly bytes: number;
  readonly problems: readonly string[];
}

/**
 * Installs every package, as packed, in a blank project of its own under the system's Node, and checks that nothing but
 * its dependencies came with it, that `import` and `require` give the same, and that its commands start.
 * `quick`: one project with all packages in place of one for each.
 */
export function checkConsumers(root: string, node: SystemNode, quick: boolean): Verdict {
  const packages = publishedPackages(root);
  const { packages: locked } = readJson<{ packages: LockedPackages }>(path.join(root, "package-lock.json"));
  const folder = mkdtempSync(path.join(tmpdir(), "cloudhaul-consumers-"));
  const problems: string[] = [];
  const details: string[] = [];
  try {
    const tarballs = packAll(root, packages, folder, node);
    const projects = quick ? [packages] : packages.map((published) => [published]);
    for (const [index, project] of projects.entries()) {
      const label = quick ? "all packages" : (project[0] as Package).manifest.name;
      const consumer = consume(path.join(folder, `project-${index}`), project, tarballs, locked, node);
      problems.push(...consumer.problems.map((problem) => `${label}: ${problem}`));
      const { length } = consumer.installed;
      details.push(
        `${label.padEnd(28)} ${String(length).padStart(3)} installed ${String(consumer.bytes).padStart(10)} bytes`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { problems, details, summary: `${packages.length} packed packages under Node ${node.version}` };
}

function packAll(
  root: string,
  packages: readonly Package[],
  folder: string,
  node: SystemNode,
): Map<string, string> {
  const workspaces = packages.flatMap(({ manifest }) => ["--workspace", manifest.name]);
  node.run(
    "npm",
    ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder, ...workspaces],
    root,
  );
  return new Map(
    packages.map(({ manifest: { name, version } }) => {
      const file = `${name.slice(1).replace("/", "-")}-${version}.tgz`;
      return [name, `file:${path.join(folder, file)}`];
    }),
  );
}

function consume(
  directory: string,
  packages: readonly Package[],
  tarballs: ReadonlyMap<string, string>,
  locked: LockedPackages,
  node: SystemNode,
): Consumer {
  const names = packages.map(({ manifest }) => manifest.name);
  const ours = Object.fromEntries(tarballs);
  mkdirSync(directory);
  writeFileSync(
    path.join(directory, "package.json"),
    JSON.stringify({
      private: true,
      dependencies: Object.fromEntries(names.map((name) => [name, ours[name]])),
      // Ours come from their tarballs wherever they are asked for; npm wants no override of what is asked for above.
      overrides: Object.fromEntries(Object.entries(ours).filter(([name]) => !names.includes(name))),
    }),
  );
  node.run(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"],
    directory,
  );
  const modules = path.join(directory, "node_modules");
  const installed = installedNames(modules);
  const expected = expectedClosure(locked, names);
  return {
    installed,
    bytes: bytesUnder(modules),
    problems: [
      ...installed
        .filter((name) => !expected.includes(name))
        .map((name) => `${name} came with it and is no dependency`),
      ...expected
        .filter((name) => !installed.includes(name))
        .map((name) => `${name} is a dependency and did not come with it`),
      ...loadingFaults(packages, directory, node),
      ...packages.flatMap((published) => commandFaults(published, directory, node)),
    ],
  };
}

function installedNames(modules: string): string[] {
  return globSync(["*/package.json", "@*/*/package.json", "**/node_modules/*/package.json"], { cwd: modules })
    .map((file) => path.dirname(file).split(path.sep).join("/"))
    .sort();
}

function bytesUnder(folder: string): number {
  return globSync("**/*", { cwd: folder })
    .map((file) => statSync(path.join(folder, file)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

function loadingFaults(packages: readonly Package[], directory: string, node: SystemNode): string[] {
  const specifiers = packages.flatMap((published) =>
    entriesOf(published)
      .filter(({ module }) => !isForOptionalPeer(published, module))
      .map(({ subpath }) => path.posix.join(published.manifest.name, subpath)),
  );
  // A copy inside the project, so that it resolves what stands there.
  copyFileSync(loadBothWays, path.join(directory, "load-both-ways.mjs"));
  return attempt(() =>
    node
      .run("node", ["load-both-ways.mjs", ...specifiers], directory)
      .split("\n")
      .filter(Boolean),
  );
}

/** `./msw` is of use only where `msw` is installed, which it is not here. */
function isForOptionalPeer({ manifest }: Package, module: string): boolean {
  return manifest.peerDependenciesMeta?.[module]?.optional === true;
}

function commandFaults({ folder, manifest }: Package, directory: string, node: SystemNode): string[] {
  const commands = typeof manifest.bin === "string" ? [folder] : Object.keys(manifest.bin ?? {});
  return commands.flatMap((command) =>
    attempt(() => {
      const help = node.run(path.join(directory, "node_modules/.bin", command), ["--help"], directory);
      return help.trim() === "" ? [`${command} --help says nothing`] : [];
    }),
  );
}

function attempt(action: () => string[]): string[] {
  try {
    return action();
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

if (import.meta.main) {
  const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
  await report("consumers", checkConsumers(repositoryRoot, findSystemNode(), quick));
}
