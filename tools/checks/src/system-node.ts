import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

/** The Node of the machine, not the one that this repository installs for its tools. */
export interface SystemNode {
  readonly version: string;
  /** Runs `npm`, `node` or a script of a project; returns what it printed, and throws where it fails. */
  run(command: string, args: readonly string[], directory: string): string;
}

/** Finds the `node` and `npm` that stand on PATH outside any `node_modules/.bin`, as a user's shell would. */
export function findSystemNode(environment: NodeJS.ProcessEnv = process.env): SystemNode {
  const folders = (environment.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && !`${folder}/`.includes("/node_modules/"));
  if (!folders.some((folder) => existsSync(path.join(folder, "node")))) {
    throw new Error("No node stands on PATH outside node_modules: install Node 20.19 or later.");
  }
  // What npm tells the scripts it runs (its project, its lifecycle) would bind a second npm to this repository.
  const inherited = Object.entries(environment).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle|execpath|node_execpath|command|config_local_prefix)|INIT_CWD$|NODE$|NODE_OPTIONS$)/.test(
        name,
      ),
  );
  const env = { ...Object.fromEntries(inherited), PATH: folders.join(path.delimiter) };
  const run: SystemNode["run"] = (command, args, directory) =>
    execFileSync(command, args, { cwd: directory, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return { version: run("node", ["--version"], process.cwd()).trim(), run };
}
