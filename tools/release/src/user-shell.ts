import { existsSync, realpathSync } from "node:fs";
import path from "node:path";

/** What npm tells the scripts that it runs: a second npm would take this repository for its project. */
const toldByNpm =
  /^(npm_(package|lifecycle|execpath|node_execpath|command|config_(local_prefix|globalconfig|global_prefix|prefix))|INIT_CWD$|NODE$|NODE_OPTIONS$)/;

/** A user's shell on this machine: it knows neither this repository nor the Node that is installed in it. */
export interface UserShell {
  readonly env: NodeJS.ProcessEnv;
  /** The `node` that stands first on its PATH. */
  readonly node: string;
  /** The program of npm, to be run by a Node. */
  readonly npm: string;
}

/** Finds the shell of the user whose environment this is. */
export function findUserShell(environment: NodeJS.ProcessEnv = process.env): UserShell {
  const folders = (environment.PATH ?? "")
    .split(path.delimiter)
    .filter(
      (folder) => folder !== "" && !`${folder}${path.sep}`.includes(`${path.sep}node_modules${path.sep}`),
    );
  const find = (name: string) => folders.map((folder) => path.join(folder, name)).find(existsSync);
  const node = find(process.platform === "win32" ? "node.exe" : "node");
  if (!node) throw new Error("No node stands on PATH outside node_modules: install Node 20.19 or later.");
  const npm = environment.npm_execpath ?? find("npm");
  if (!npm) throw new Error("No npm stands on PATH: install Node with its npm.");
  const inherited = Object.entries(environment).filter(([name]) => !toldByNpm.test(name));
  return {
    env: { ...Object.fromEntries(inherited), PATH: folders.join(path.delimiter) },
    node,
    npm: realpathSync(npm),
  };
}

/** The same shell where another Node stands first on PATH. */
export function withNode(shell: UserShell, node: string): UserShell {
  const PATH = [path.dirname(node), shell.env.PATH].join(path.delimiter);
  return { ...shell, node, env: { ...shell.env, PATH } };
}
