import { createDdsBackupClient } from "@cloudhaul/dds-backup";

// Saves all files of an instance's latest backup, and says how each was had.
const [, , instanceId = "", folder = ""] = process.argv;
const dds = createDdsBackupClient({ region: "cn-north-4", retry: { baseDelayMs: 1 } });
const { files, manifestPath } = await dds.downloadLatestBackup({ instanceId }).toDirectory(folder);
await dds.close();
const told = files.map(({ path, sha256, resumedFromByte }) => ({ path, sha256, resumedFromByte }));
console.log(JSON.stringify({ manifestPath, files: told }));
