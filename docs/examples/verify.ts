import { createDdsBackupClient, verifyBackup } from "@cloudhaul/dds-backup";

const dds = createDdsBackupClient({ region: "cn-north-4" });
const instanceId = process.env.DDS_INSTANCE_ID ?? "";
const backupId = process.env.DDS_BACKUP_ID ?? "";
const { files } = await dds.downloadBackup({ instanceId, backupId }).toDirectory("backups/");
for (const { path, sha256 } of files) {
  const { isWhole, entries, problem } = await verifyBackup(path);
  console.log(path, sha256, isWhole ? `whole, ${entries} entries` : problem);
}
await dds.close();
