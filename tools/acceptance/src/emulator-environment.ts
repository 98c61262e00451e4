import type { Emulator } from "@cloudhaul/emulator";

/** What a user's program has in its environment to find the emulator and prove who it is. */
export function environmentOf({ url, accessKey, projectId }: Emulator): NodeJS.ProcessEnv {
  const services = ["HSS", "IOTDA", "ROMA", "METASTUDIO", "DDS"];
  return {
    HUAWEICLOUD_SDK_AK: accessKey.accessKeyId,
    HUAWEICLOUD_SDK_SK: accessKey.secretAccessKey,
    HUAWEICLOUD_SDK_PROJECT_ID: projectId,
    ...Object.fromEntries(services.map((name) => [`HUAWEICLOUD_SDK_REGION_${name}_CN_NORTH_4`, url])),
  };
}
