import { createDdsBackupClient } from "@cloudhaul/dds-backup";

// Saves all files of one backup, and says how each was had.
const [, , instanceId = "", backupId = "", folder = "", connections = "1"] = process.argv;
const dds = createDdsBackupClient({ region: "cn-north-4", retry: { baseDelayMs: 1 } });
const backup = dds.downloadBackup({ instanceId, backupId });
const { files } = await backup.toDirectory(folder, { connections: Number(connections) });
await dds.close();
const told = files.map(({ path, sha256, attempts, resumedFromByte }) => ({
  ...{ path, sha256, attempts, resumedFromByte },
}));
console.log(JSON.stringify(told));
