import { createDdsBackupClient } from "@cloudhaul/dds-backup";

const dds = createDdsBackupClient({ region: process.env.CLOUDHAUL_REGION });
const backup = { instanceId: "dds-instance", backupId: "dds-backup" };
await dds.downloadBackup(backup).toDirectory("saved/");
