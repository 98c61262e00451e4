import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { runProgram } from "./run-program.ts";
import { publishedFiles } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const demo = resolve(import.meta.dirname, "../../demo/src/demo.ts");

/** Whether a process of that id is there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}

const emulatorPid = (text: string): number => Number(/\(process (\d+)\)/.exec(text)?.[1]);

it("says what it can do", async () => {
  const { exitCode, stdout } = await runProgram(demo, { arguments: ["--help"] });
  expect(exitCode).toBe(0);
  for (const option of ["--keep", "--flip-byte", "--help"]) expect(stdout).toContain(option);
});

it("keeps the files where it is told, and leaves nothing else", async () => {
  const [temporary, kept] = [await temporaryFolder(), join(await temporaryFolder(), "kept")];
  const { exitCode, stdout, stderr } = await runProgram(demo, {
    arguments: ["--keep", kept],
    env: { TMPDIR: temporary },
  });
  expect(exitCode, stderr).toBe(0);
  expect(stdout.match(/^ {4}matches the source$/gm)).toHaveLength(6);
  expect(stdout).toMatch(/same download again: OnceOnlyDownloadError.*\n.*Nothing was sent/);
  expect(stdout).toMatch(
    /into the same folder: OnceOnlyDownloadError.*\n.*saved in this folder.*Nothing was sent/,
  );
  expect(stdout).toMatch(/into another folder: ServiceError/);
  // Six files, and the manifest of the backup.
  expect(await publishedFiles(kept)).toHaveLength(7);
  expect(await readdir(temporary)).toEqual([]);
  expect(isAlive(emulatorPid(stdout))).toBe(false);
});

it.each(["SIGINT", "SIGTERM"] as const)("cleans up on %s", async (signal) => {
  const temporary = await temporaryFolder();
  const child = spawn(process.execPath, [demo], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exit = once(child, "exit");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  child.kill(signal);
  expect((await exit)[0]).toBe(130);
  expect(await readdir(temporary)).toEqual([]);
  expect(emulatorPid(line)).toBeGreaterThan(0);
  expect(isAlive(emulatorPid(line))).toBe(false);
});
