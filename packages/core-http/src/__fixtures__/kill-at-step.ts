import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "vitest";

const program = join(import.meta.dirname, "killed-at-step.ts");

/** Downloads in a process of its own, which ends just before this step on files; resolves to whether it came so far. */
export async function killAtStep(step: number, url: string, target: string): Promise<boolean> {
  const child = spawn(process.execPath, ["--no-warnings", program, String(step), url, target], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [exitCode, signal] = await once(child, "exit");
  expect(exitCode ?? signal).toBeOneOf([0, "SIGKILL"]);
  return signal === "SIGKILL";
}
