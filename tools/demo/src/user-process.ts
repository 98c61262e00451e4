import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { EmulatorProcess } from "./emulator-process.ts";
import type { Report } from "./user-program.ts";

const services = ["HSS", "IOTDA", "ROMA", "METASTUDIO", "DDS"];

/** Variables of an account that the user may have set are not for the demo to use. */
const ownVariables = /^(HUAWEICLOUD_SDK_|HTTPS?_PROXY$)/i;

/** The environment by which the official SDKs, and ours, find account and endpoints: here, those of the emulator. */
function environmentOf({ url, accessKey, projectId, region }: EmulatorProcess): NodeJS.ProcessEnv {
  const suffix = region.toUpperCase().replaceAll("-", "_");
  const others = Object.entries(process.env).filter(([name]) => !ownVariables.test(name));
  return {
    ...Object.fromEntries(others),
    HUAWEICLOUD_SDK_AK: accessKey.accessKeyId,
    HUAWEICLOUD_SDK_SK: accessKey.secretAccessKey,
    HUAWEICLOUD_SDK_PROJECT_ID: projectId,
    ...Object.fromEntries(services.map((service) => [`HUAWEICLOUD_SDK_REGION_${service}_${suffix}`, url])),
  };
}

/**
 * Runs the user's program in a process of its own, and collects what it reports.
 *
 * @throws the signal's reason when aborted, once the process is gone; Error when the program fails
 */
export async function runUserProgram(
  emulator: EmulatorProcess,
  folder: string,
  signal: AbortSignal,
): Promise<readonly Report[]> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [join(import.meta.dirname, "user-program.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
    env: environmentOf(emulator),
  });
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  try {
    const reports: Report[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => reports.push(JSON.parse(line) as Report));
    const [exitCode] = (await once(child, "close")) as [number | null];
    signal.throwIfAborted();
    if (exitCode !== 0) throw new Error("The program that fetches the files failed; its error stands above.");
    return reports;
  } finally {
    signal.removeEventListener("abort", end);
  }
}
