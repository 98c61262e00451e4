import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { report, type Verdict } from "../../checks/src/verdict.ts";
import { type Package, publishedPackages, repositoryRoot } from "../../checks/src/workspace.ts";
import { budgets, serviceBudget } from "./budgets.ts";
import { type Cloud, startCloud } from "./cloud.ts";
import {
  type Consumer,
  download,
  hasProgram,
  installAlone,
  lookAtInstalled,
  probe,
  startCommands,
  writeBillOfMaterials,
} from "./consumer.ts";
import { installedFaults, licenceLines } from "./installed-faults.ts";
import { startRegistry } from "./registry.ts";
import { runCommand, runInPairs } from "./run-command.ts";
import { installToolchains, type Toolchains } from "./toolchains.ts";
import { compileTypes, writeTypedPrograms } from "./types.ts";
import { findUserShell, type UserShell, withNode } from "./user-shell.ts";

/** One package under one Node, or under one TypeScript. */
interface Cell {
  readonly row: string;
  readonly column: string;
  readonly text: string;
  readonly problems: readonly string[];
}

/** Everything that the cells are made of. */
interface Scene {
  readonly folder: string;
  readonly npmrc: string;
  readonly shell: UserShell;
  readonly toolchains: Toolchains;
}

/**
 * Publishes every package on a registry of loopback and installs each alone, in an empty project, under every Node:
 * `import`, `require`, a download from the emulator, its commands, its types, and what came with it. Into `sbomFolder`, if
 * one is given, goes a bill of materials of each package.
 */
export async function checkConsumers(root: string, sbomFolder?: string): Promise<Verdict> {
  const packages = publishedPackages(root);
  const folder = mkdtempSync(path.join(tmpdir(), "cloudhaul-consumers-"));
  const registry = await startRegistry();
  try {
    const shell = findUserShell();
    const toolFolder = path.join(folder, "toolchains");
    mkdirSync(toolFolder);
    const [toolchains] = await Promise.all([
      installToolchains(toolFolder, shell),
      publishAll(root, packages, registry.npmrc, path.join(folder, "npmrc"), shell),
    ]);
    const scene: Scene = { folder, npmrc: registry.npmrc, shell, toolchains };
    const { cells, consumers } = await fillCells(packages, scene);
    if (sbomFolder) for (const consumer of consumers) await writeBillOfMaterials(consumer, sbomFolder);
    return {
      problems: cells.flatMap(({ row, column, problems }) =>
        problems.map((problem) => `${row}, ${column}: ${problem}`),
      ),
      details: [...tableOf(cells), "", ...licenceLines(consumers.map(lookAtInstalled))],
      summary: `${packages.length} packages, each alone in an empty project`,
    };
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true });
  }
}

/** Publishes what is built. */
async function publishAll(
  root: string,
  packages: readonly Package[],
  npmrc: string,
  npmrcFile: string,
  shell: UserShell,
): Promise<void> {
  writeFileSync(npmrcFile, npmrc);
  // As the global configuration, so that it adds to the user's own.
  const publish = ["publish", "--ignore-scripts", "--loglevel=error", `--globalconfig=${npmrcFile}`];
  const workspaces = packages.flatMap(({ manifest }) => ["--workspace", manifest.name]);
  await runCommand(shell.node, [shell.npm, ...publish, ...workspaces], { cwd: root, env: shell.env });
}

/** All cells, and the consumers under the first Node. */
interface Filled {
  readonly cells: readonly Cell[];
  readonly consumers: readonly Consumer[];
}

async function fillCells(packages: readonly Package[], scene: Scene): Promise<Filled> {
  const { nodes } = scene.toolchains;
  const cloud = await installCloud(packages, scene);
  try {
    const tasks = nodes.flatMap((node) =>
      packages.map((published) => () => consume(published, node, cloud, scene)),
    );
    const consumed = await runInPairs(tasks);
    const consumers = consumed.slice(0, packages.length).flatMap(({ consumer }) => consumer ?? []);
    const cells = [
      ...consumed.map(({ cell }) => cell),
      ...consumers.flatMap(sizeCells),
      ...(await typeCells(consumers, scene)),
    ];
    return { cells, consumers };
  } finally {
    await cloud.close();
  }
}

async function installCloud(
  packages: readonly Package[],
  { folder, npmrc, shell, toolchains }: Scene,
): Promise<Cloud> {
  const emulator = packages.find((published) => published.folder === "emulator");
  if (!emulator) throw new Error("There is no package of the emulator.");
  const home = await installAlone(emulator, path.join(folder, "cloud"), npmrc, shell);
  return startCloud(
    home,
    toolchains.nodes.map(({ version }) => version),
  );
}

/** One package under one Node. No consumer: it could not be installed. */
interface Consumed {
  readonly consumer?: Consumer;
  readonly cell: Cell;
}

async function consume(
  published: Package,
  { version, program }: Toolchains["nodes"][number],
  cloud: Cloud,
  { folder, npmrc, shell }: Scene,
): Promise<Consumed> {
  const at = [published.manifest.name, `Node ${version}`] as const;
  const directory = path.join(folder, published.folder, version);
  try {
    const consumer = await installAlone(published, directory, npmrc, withNode(shell, program));
    const problems = [
      ...(await probe(consumer)),
      ...(hasProgram(published) ? await download(consumer, version, cloud) : []),
      ...(await startCommands(consumer)),
    ];
    return { consumer, cell: cellOf(...at, problems, hasProgram(published) ? "ok" : "ok, no program") };
  } catch (error) {
    return { cell: cellOf(...at, [(error as Error).message]) };
  }
}

/** What came with a package, by its budget. */
function sizeCells(consumer: Consumer): readonly Cell[] {
  const { folder, manifest } = consumer.published;
  const { faults, packages, megabytes } = installedFaults(
    lookAtInstalled(consumer),
    budgets[folder] ?? serviceBudget,
  );
  return [cellOf(manifest.name, "packages", faults, packages), cellOf(manifest.name, "MB", [], megabytes)];
}

async function typeCells(
  consumers: readonly Consumer[],
  { folder, toolchains }: Scene,
): Promise<readonly Cell[]> {
  for (const consumer of consumers) writeTypedPrograms(consumer);
  const tasks = toolchains.compilers.map((compiler) => async () => {
    const complaints = await compileTypes(folder, consumers, compiler, toolchains);
    const places = consumers.map(({ directory }) =>
      path.relative(folder, directory).split(path.sep).join("/"),
    );
    // What is about no project in particular is held against each.
    const ofAll = complaints.filter((line) => !places.some((place) => line.startsWith(place)));
    return consumers.map(({ published }, index) => {
      const own = complaints.filter((line) => line.startsWith(places[index] as string));
      return cellOf(published.manifest.name, `TS ${compiler.version}`, [...own, ...ofAll]);
    });
  });
  return (await runInPairs(tasks)).flat();
}

function cellOf(row: string, column: string, problems: readonly string[], text = "ok"): Cell {
  return { row, column, problems, text: problems.length > 0 ? "FAULT" : text };
}

/** A line a package, a column for each Node and each TypeScript. */
function tableOf(cells: readonly Cell[]): readonly string[] {
  const columns = [...new Set(cells.map(({ column }) => column))].sort(byKind);
  const rows = [...new Set(cells.map(({ row }) => row))];
  const textAt = (row: string, column: string) =>
    cells.find((cell) => cell.row === row && cell.column === column)?.text ?? "-";
  const line = (name: string, texts: readonly string[]) =>
    [name.padEnd(28), ...texts.map((text) => text.padStart(13))].join("");
  return [
    line("", columns),
    ...rows.map((row) =>
      line(
        row,
        columns.map((column) => textAt(row, column)),
      ),
    ),
  ];
}

/** Nodes first, then TypeScripts, then sizes; each in its order. */
function byKind(a: string, b: string): number {
  const kinds = ["Node", "TS", "packages", "MB"];
  const kindOf = (column: string) => kinds.indexOf(column.split(" ")[0] ?? "");
  return kindOf(a) - kindOf(b) || a.localeCompare(b);
}

if (import.meta.main) {
  const { sbom } = parseArgs({ options: { sbom: { type: "string" } } }).values;
  await report("consumers", checkConsumers(repositoryRoot, sbom && path.resolve(sbom)));
}
