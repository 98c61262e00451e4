import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { runCommand } from "./run-command.ts";

/** Runs git in a folder and gives what it printed. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  // Whatever the user has set (signatures, hooks) does not matter to a copy that is thrown away.
  const settings = ["user.name=rehearsal", "user.email=rehearsal@example.invalid", "commit.gpgSign=false"];
  const config = [...settings, "tag.gpgSign=false", "core.hooksPath=/dev/null"].flatMap((it) => ["-c", it]);
  const { stdout } = await runCommand("git", [...config, ...args], { cwd: folder, env: process.env });
  return stdout;
}

/** Commits everything in a folder. */
export async function commitAll(folder: string, message: string): Promise<void> {
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", message);
}

/** Clones a repository, and commits on top what is not committed in it yet: the clone is what a commit would make. */
export async function cloneWithChanges(root: string, clone: string): Promise<void> {
  await git(root, "clone", "--quiet", root, clone);
  const listed = await git(
    root,
    "ls-files",
    "-z",
    "--modified",
    "--deleted",
    "--others",
    "--exclude-standard",
  );
  for (const file of new Set(listed.split("\0").filter(Boolean))) {
    const [from, to] = [path.join(root, file), path.join(clone, file)];
    if (!existsSync(from)) rmSync(to, { force: true });
    else if (statSync(from).isFile()) {
      mkdirSync(path.dirname(to), { recursive: true });
      copyFileSync(from, to);
    }
  }
  await commitAll(clone, "What is not committed yet");
}
