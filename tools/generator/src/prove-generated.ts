import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

// A clone of what is committed, a package generated in it, and the whole of `.ci/run` over both; then the clone is deleted.
const root = path.resolve(import.meta.dirname, "../../..");
const clone = mkdtempSync(path.join(tmpdir(), "cloudhaul-generated-"));
chmodSync(clone, 0o755); // some tests run what is in it as a user without rights

const commands: readonly (readonly string[])[] = [
  ["git", "clone", "--quiet", root, clone],
  ["npm", "ci"],
  // Not the guide's: that one is made by a test of its own.
  ["npm", "run", "new:service", "--", "--name", "sample-files", "--service", "sample"],
  ["git", "add", "--all"],
  ["git", "-c", "user.name=generator", "-c", "user.email=", "commit", "--quiet", "--message", "A sample"],
  ["bash", ".ci/run"],
];

try {
  for (const [command = "", ...words] of commands) {
    const { status, error } = spawnSync(command, words, { cwd: clone, stdio: "inherit" });
    if (error) throw error;
    if (status !== 0) throw new Error(`${[command, ...words].join(" ")} ended with ${status}.`);
  }
  console.log("The generated package passes .ci/run untouched.");
} catch (error) {
  console.error(`test:generated: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  rmSync(clone, { recursive: true, force: true });
}
