import { createDdsBackupClient } from "@cloudhaul/dds-backup";

// Saves all files of one backup, and says how each was had.
const [, , instanceId = "", backupId = "", folder = ""] = process.argv;
const dds = createDdsBackupClient({ region: "cn-north-4", retry: { baseDelayMs: 1 } });
const { files } = await dds.downloadBackup({ instanceId, backupId }).toDirectory(folder);
await dds.close();
const told = files.map(({ path, sha256, attempts, resumedFromByte }) => ({
  ...{ path, sha256, attempts, resumedFromByte },
}));
console.log(JSON.stringify(told));
