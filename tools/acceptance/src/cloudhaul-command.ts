import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Emulator } from "@cloudhaul/emulator";
import { environmentOf } from "./emulator-environment.ts";
import { type ProgramResult, runProgram } from "./run-program.ts";

/** The command as it is published. */
export const commandFile: string = join(packageFolder(), "bin", "cloudhaul.js");

function packageFolder(): string {
  const here = fileURLToPath(import.meta.url);
  return dirname(createRequire(here).resolve("@cloudhaul/cli/package.json"));
}

/** What the command needs in its environment to find the emulator. Its colours and the time are those of nowhere. */
export function commandEnvironment(emulator: Emulator): NodeJS.ProcessEnv {
  return { ...environmentOf(emulator), HUAWEICLOUD_SDK_IAM_ENDPOINT: emulator.url, TZ: "UTC" };
}

/** Runs the command against the emulator, in the emulator's region. */
export async function cloudhaul(
  emulator: Emulator,
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ProgramResult> {
  return runProgram(commandFile, {
    ...options,
    arguments: [...words, "--region", "cn-north-4"],
    env: { ...commandEnvironment(emulator), ...options.env },
  });
}

/** The lines of JSON that the command wrote. */
export function linesOf(output: string): Record<string, unknown>[] {
  return output
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
