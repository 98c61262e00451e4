import { createDdsBackupClient } from "@cloudhaul/dds-backup";

const dds = createDdsBackupClient({ region: "cn-north-4" });
const instanceId = process.env.DDS_INSTANCE_ID ?? "";
const backupId = process.env.DDS_BACKUP_ID ?? "";

const stop = new AbortController();
try {
  await dds.downloadBackup({ instanceId, backupId }).toDirectory("backups/", {
    signal: stop.signal,
    onProgress: ({ bytes }) => {
      if (bytes > 4_000_000) stop.abort(new Error("the power went out"));
    },
  });
} catch (error) {
  console.log(String(error)); // Error: the power went out
}

// The same call again, in this process or in another one, a day later.
const { files } = await dds.downloadBackup({ instanceId, backupId }).toDirectory("backups/");
for (const { path, bytes, resumedFromByte } of files) console.log(path, bytes, "from byte", resumedFromByte);
await dds.close();
