import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";

/** Folders of `node_modules` that lead to this repository's own packages: the clone has its own. */
const ownScopes = new Set(["@cloudhaul", "@cloudhaul-tools"]);

/**
 * Copies the repository as it stands, what is not committed included, with what is built. What is installed is shared with
 * it, all but our own packages, so that a change in the clone is seen there and nowhere else.
 */
export function cloneRepository(root: string, clone: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
  });
  const built = globSync("packages/*/dist", { cwd: root });
  // A file that is deleted and not committed is listed, and is not there.
  const files = listed.split("\0").filter((file) => file && existsSync(path.join(root, file)));
  for (const file of [...files, ...built])
    cpSync(path.join(root, file), path.join(clone, file), { recursive: true, preserveTimestamps: true });
  const installed = path.join(root, "node_modules");
  const modules = path.join(clone, "node_modules");
  for (const name of readdirSync(installed)) {
    const from = path.join(installed, name);
    if (name === ".cache" || name === ".nx") continue;
    if (!ownScopes.has(name)) link(from, path.join(modules, name));
    // Links of npm's own making, such as ../../packages/core-http.
    else cpSync(from, path.join(modules, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const folder of globSync("{packages,tools}/*/node_modules", { cwd: root }))
    link(path.join(root, folder), path.join(clone, folder));
}

function link(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  symlinkSync(from, to, "junction");
}
