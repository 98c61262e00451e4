import { createDdsBackupClient } from "@cloudhaul/dds-backup";

const dds = createDdsBackupClient({ region: "cn-north-4" });
const instanceId = process.env.DDS_INSTANCE_ID ?? "";
const { files, manifestPath } = await dds.downloadLatestBackup({ instanceId }).toDirectory("backups/", {
  connections: 4,
  maxBytesPerSecond: 50_000_000, // of each file
});
console.log(files.length, "files, listed in", manifestPath);
await dds.close();
