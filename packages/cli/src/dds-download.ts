import { join } from "node:path";
import { ConfigurationError, type Download, type DownloadSet } from "@cloudhaul/core-http";
import type { DdsBackupClient } from "@cloudhaul/dds-backup";
import type { CommandRun } from "./command.ts";
import { ddsClient, knownBackups, untilNow } from "./dds-client.ts";
import type { Given } from "./flags.ts";
import { withNearIds } from "./near-id.ts";
import { type SetToSave, saveFiles, saveSets } from "./save-files.ts";
import type { Session } from "./session.ts";

type InstanceFlags = Given<"instance">;

export const download: CommandRun = async (
  session: Session,
  flags: InstanceFlags,
  [backupId]: readonly string[],
) => {
  const { instance: instanceId, latest, allSince, type, output: folder = "." } = flags;
  const ways = [backupId, latest, allSince].filter(Boolean).length;
  if (ways !== 1)
    throw new ConfigurationError(
      "backupId",
      "Give one of these: a BACKUP_ID, --latest, or --all-since DATE.",
    );
  await using dds = ddsClient(session, flags);
  if (allSince) return saveSets(session, flags, completeSince(dds, session, flags, allSince));
  const set = latest
    ? dds.downloadLatestBackup({ instanceId, type })
    : dds.downloadBackup({ instanceId, backupId: backupId ?? "" });
  const known = knownBackups(dds, [instanceId, ...(backupId ? [backupId] : [])]);
  await withNearIds(session, known, async () => {
    if (folder !== "-") return saveSets(session, flags, [{ set, folder }]);
    await saveFiles(session, flags, [await onlyFileOf(set, backupId ?? "latest", session)]);
  });
};

/** Each in a folder of its own: files of two backups may have one name. */
async function* completeSince(
  dds: DdsBackupClient,
  { signal }: Session,
  { instance: instanceId, type, output: folder = "." }: InstanceFlags,
  beginTime: Date,
): AsyncGenerator<SetToSave> {
  if (folder === "-") throw new ConfigurationError("output", "Several backups go to a folder: --output DIR.");
  const asked = { instanceId, type, beginTime, endTime: untilNow(), status: "COMPLETED" } as const;
  for await (const { backupId } of dds.listBackups(asked, { signal }))
    yield { set: dds.downloadBackup({ instanceId, backupId }), folder: join(folder, backupId) };
}

async function onlyFileOf(set: DownloadSet, label: string, { signal }: Session) {
  const files: Download[] = [];
  for await (const file of set.downloads({ signal })) files.push(file);
  const [only] = files;
  if (only && files.length === 1) return { label, download: () => only };
  const text = `This backup has ${files.length} files, and stdout has room for one. Save them to a folder: --output DIR.`;
  throw new ConfigurationError("output", text);
}
