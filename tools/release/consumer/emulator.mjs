// Runs where @cloudhaul/emulator is installed: a cloud with small files, of which those that come once are there once for
// each id in the arguments. Prints one line of JSON; ends with its stdin.
import { listStoredObjects, lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";

const emulator = await startEmulator();
const { url, region, projectId, accessKey, store } = emulator;
const zip = (seed) => zipContent({ seed, bytes: 2_000_000, fileName: `${seed}.zip` });

store.hss.addFile({ fileId: "hss-file", content: zip("hss") });
store.iotda.addExportTask({ exportTaskId: "5f1e6a2b3c4d5e6f70819203", content: zip("iotda") });
store.metastudio.addResult({ taskId: "metastudio-task", content: zip("metastudio") });
for (const archiveId of process.argv.slice(2))
  store.roma.addArchive({ instanceId: "roma-instance", archiveId, content: zip("roma") });
store.dds.addBackup({
  instanceId: "dds-instance",
  backupId: "dds-backup",
  files: ["config", "shard"].map((name) => ({
    name: `${name}.tar.gz`,
    content: lz4TarContent({ seed: name, bytes: 2_000_000 }),
    groupId: name,
    groupName: name,
  })),
});
store.obs.put("bucket", "object.zip", zip("link"));

const services = ["HSS", "IOTDA", "ROMA", "METASTUDIO", "DDS"];
const suffix = region.toUpperCase().replaceAll("-", "_");
const environment = {
  HUAWEICLOUD_SDK_AK: accessKey.accessKeyId,
  HUAWEICLOUD_SDK_SK: accessKey.secretAccessKey,
  HUAWEICLOUD_SDK_PROJECT_ID: projectId,
  HUAWEICLOUD_SDK_IAM_ENDPOINT: url,
  ...Object.fromEntries(services.map((name) => [`HUAWEICLOUD_SDK_REGION_${name}_${suffix}`, url])),
  CLOUDHAUL_URL: url,
  CLOUDHAUL_REGION: region,
  CLOUDHAUL_LINK: store.obs.link("bucket", "object.zip"),
};
const objects = await listStoredObjects(store);
console.log(JSON.stringify({ environment, digests: objects.map(({ sha256 }) => sha256) }));
process.stdin.resume().once("end", () => emulator.close());
