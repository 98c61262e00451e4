import { once } from "node:events";
import { ConfigurationError } from "@cloudhaul/core-http";
import type { CommandRun } from "./command.ts";

/** As much of `@cloudhaul/emulator` as is needed here: it need not be installed, for a build either. */
interface EmulatorPackage {
  startEmulator(options: { readonly port?: number | undefined }): Promise<RunningEmulator>;
}

interface RunningEmulator {
  readonly url: string;
  readonly accessKey: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly projectId: string;
  readonly region: string;
  close(): Promise<void>;
}

const services = ["HSS", "IOTDA", "ROMA", "METASTUDIO", "DDS"];

export const emulator: CommandRun = async ({ signal, output }, { port }) => {
  const { startEmulator } = await loadEmulator("@cloudhaul/emulator");
  const running = await startEmulator({ port });
  try {
    const variables = environmentOf(running);
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${value}`);
    output.data(lines.join("\n"), { type: "emulator", url: running.url, environment: variables });
    output.say(`A local Huawei Cloud answers at ${running.url}, region ${running.region}. Ctrl-C ends it.`);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await running.close();
  }
};

async function loadEmulator(name: string): Promise<EmulatorPackage> {
  try {
    return (await import(name)) as EmulatorPackage;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    const text = `${name} is not installed. It is a package of its own: npm install ${name} (with -g, if cloudhaul is installed so).`;
    throw new ConfigurationError("emulator", text, { cause: error });
  }
}

/** What other commands need in their environment to find it, by the official SDKs' names. */
function environmentOf({ url, accessKey, projectId, region }: RunningEmulator): Record<string, string> {
  const suffix = region.toUpperCase().replaceAll("-", "_");
  return {
    HUAWEICLOUD_SDK_AK: accessKey.accessKeyId,
    HUAWEICLOUD_SDK_SK: accessKey.secretAccessKey,
    HUAWEICLOUD_SDK_PROJECT_ID: projectId,
    HUAWEICLOUD_SDK_IAM_ENDPOINT: url,
    ...Object.fromEntries(services.map((name) => [`HUAWEICLOUD_SDK_REGION_${name}_${suffix}`, url])),
  };
}
