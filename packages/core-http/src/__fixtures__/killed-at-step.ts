import fs from "node:fs";
import promises, { open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

// A process of its own, which ends just before the given step that it takes on files.
const [, , step = "", url = "", target = ""] = process.argv;
let steps = 0;

/** Counts the calls of these methods, and ends the process at the right one. */
function watch(owner: object, names: readonly string[]): void {
  const methods = owner as Record<string, (...args: unknown[]) => unknown>;
  for (const name of names) {
    const method = methods[name];
    methods[name] = function (this: unknown, ...args: unknown[]) {
      if (++steps === Number(step)) process.kill(process.pid, "SIGKILL");
      return method?.apply(this, args);
    };
  }
}

const handle = await open(import.meta.filename);
watch(Object.getPrototypeOf(handle), ["write", "writev", "truncate", "sync", "datasync"]);
await handle.close();
watch(promises, ["open", "mkdir", "readdir", "rmdir", "unlink"]);
watch(fs, ["open", "write", "fsync", "close", "link", "unlink", "rename"]);
syncBuiltinESMExports();
const { downloadLink } = await import("../index.ts");
await downloadLink({ url }).toFile(target);
