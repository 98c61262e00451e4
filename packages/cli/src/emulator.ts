import { once } from "node:events";
import { ConfigurationError } from "@cloudhaul/core-http";
import { formatBytes } from "./amounts.ts";
import type { CommandRun } from "./command.ts";
import type { Output } from "./output.ts";

/** As much of `@cloudhaul/emulator` as is needed here: it need not be installed, for a build either. */
interface EmulatorPackage {
  startEmulator(options: { readonly port?: number | undefined }): Promise<RunningEmulator>;
  addDemoFiles(store: EmulatorStore): void;
  listStoredObjects(store: EmulatorStore): Promise<readonly StoredObject[]>;
}

/** The emulated cloud's content, which is the emulator's own affair. */
type EmulatorStore = RunningEmulator["store"];

interface StoredObject {
  readonly service: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly sha256: string;
}

interface RunningEmulator {
  readonly store: object;
  readonly url: string;
  readonly accessKey: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly projectId: string;
  readonly region: string;
  close(): Promise<void>;
}

const services = ["HSS", "IOTDA", "ROMA", "METASTUDIO", "DDS"];

/** Which command saves an object, by the service that gives it. The object store gives none by an id. */
const commandFor: Readonly<Record<string, (ids: StoredObject["ids"]) => string>> = {
  hss: ({ fileId }) => `hss download ${fileId}`,
  iotda: ({ exportTaskId }) => `iotda download ${exportTaskId}`,
  roma: ({ archiveId, instanceId }) => `roma download ${archiveId} --instance ${instanceId}`,
  metastudio: ({ taskId }) => `metastudio download ${taskId}`,
  dds: ({ backupId, instanceId }) => `dds download ${backupId} --instance ${instanceId}`,
};

export const emulator: CommandRun = async ({ signal, output }, { port, demo }) => {
  const { startEmulator, addDemoFiles, listStoredObjects } = await loadEmulator("@cloudhaul/emulator");
  const running = await startEmulator({ port });
  try {
    if (demo) addDemoFiles(running.store);
    const variables = environmentOf(running);
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${value}`);
    output.data(lines.join("\n"), { type: "emulator", url: running.url, environment: variables });
    output.say(`A local Huawei Cloud answers at ${running.url}, region ${running.region}. Ctrl-C ends it.`);
    if (demo) tellDownloads(await listStoredObjects(running.store), running.region, output);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await running.close();
  }
};

/** What there is to download, and how; several files of one backup are one download. */
function tellDownloads(objects: readonly StoredObject[], region: string, output: Output): void {
  const downloads = new Map<string, StoredObject[]>();
  for (const object of objects) {
    const words = commandFor[object.service]?.(object.ids);
    if (words !== undefined) downloads.set(words, [...(downloads.get(words) ?? []), object]);
  }
  output.say("In a shell with these variables, this can be fetched:");
  for (const [words, files] of downloads) {
    const command = `cloudhaul ${words} --region ${region}`;
    const sizes = files.map(({ bytes }) => formatBytes(bytes)).join(" and ");
    output.say(`  ${command}  # ${sizes}`);
    const told = files.map(({ ids: { name }, bytes, sha256 }) => ({ name, bytes, sha256 }));
    output.data(undefined, { type: "download", command, files: told });
  }
}

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
