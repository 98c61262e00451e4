import { writeFileSync } from "node:fs";
import path from "node:path";
import { runCommand } from "./run-command.ts";
import type { UserShell } from "./user-shell.ts";

/** The Nodes under which the packages must work: the oldest that is promised, and the newest of each later line. */
export const nodeVersions: readonly string[] = ["20.19.0", "22.23.2", "24.21.0", "26.10.0"];

/** The TypeScripts under which the types must compile. */
export const typescriptVersions: readonly string[] = ["5.9.3", "6.0.3", "7.0.2"];

/** Programs of other versions than those of this repository. */
export interface Toolchains {
  /** Each Node, and where it stands. */
  readonly nodes: readonly { readonly version: string; readonly program: string }[];
  /** Each TypeScript compiler, to be run by a Node. */
  readonly compilers: readonly { readonly version: string; readonly program: string }[];
  /** Folder in which the types of Node 20 stand, as `@types` of a project. */
  readonly typeRoot: string;
}

/** Installs them into a folder, from npm. */
export async function installToolchains(folder: string, shell: UserShell): Promise<Toolchains> {
  // Elsewhere npm has not all of these Nodes: there, the one that the machine has must do.
  const hasAll = process.platform === "linux";
  const nodes = hasAll ? nodeVersions : [];
  const dependencies = Object.fromEntries([
    ...nodes.map((version) => [`node-${version}`, `npm:node-linux-${process.arch}@${version}`]),
    ...typescriptVersions.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
    ["@types/node", "20.19.43"],
  ]);
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  const install = ["install", "--ignore-scripts", "--no-bin-links", "--prefer-offline", "--loglevel=error"];
  await runCommand(shell.node, [shell.npm, ...install], { cwd: folder, env: shell.env });
  const modules = path.join(folder, "node_modules");
  const { stdout } = await runCommand(shell.node, ["--version"], { cwd: folder, env: shell.env });
  const own = { version: stdout.trim().slice(1), program: shell.node };
  return {
    nodes: hasAll
      ? nodes.map((version) => ({ version, program: path.join(modules, `node-${version}/bin/node`) }))
      : [own],
    compilers: typescriptVersions.map((version) => ({
      version,
      program: path.join(modules, `typescript-${version}/bin/tsc`),
    })),
    typeRoot: path.join(modules, "@types"),
  };
}
