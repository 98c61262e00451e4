import { ConfigurationError, IntegrityError } from "@cloudhaul/core-http";
import { type Backup, verifyBackup } from "@cloudhaul/dds-backup";
import { formatTime } from "./amounts.ts";
import type { CommandRun } from "./command.ts";
import { ddsClient, knownBackups, knownInstances, untilNow } from "./dds-client.ts";
import type { Given } from "./flags.ts";
import { type Columns, printList } from "./listing.ts";
import { withNearIds } from "./near-id.ts";
import { saveSets } from "./save-files.ts";
import type { Session } from "./session.ts";
import { ToldFailure } from "./told-failure.ts";
import { exportOptions, waiting } from "./wait-flags.ts";

type InstanceFlags = Given<"instance">;

export const links: CommandRun = async (
  session: Session,
  flags: InstanceFlags,
  [backupId = ""]: readonly string[],
) => {
  await using dds = ddsClient(session, flags);
  const { signal, output } = session;
  const { instance: instanceId } = flags;
  const { files } = await withNearIds(session, knownBackups(dds, [instanceId, backupId]), () =>
    dds.getBackupDownloadLinks({ instanceId, backupId }, { signal }),
  );
  for (const file of files) {
    output.data(file.link, file);
    if (file.expiresAt) output.say(`${file.name}: good until ${formatTime(file.expiresAt)}`);
  }
};

const backupColumns: Columns<Backup> = {
  backup: ({ backupId }) => backupId,
  status: ({ status, statusText }) => status ?? statusText,
  type: ({ type, typeText }) => type ?? typeText,
  KB: ({ sizeKb }) => sizeKb,
  began: ({ beginTime }) => beginTime,
  instance: ({ instanceId }) => instanceId,
  name: ({ name }) => name,
};

export const backups: CommandRun = async (session, flags) => {
  await using dds = ddsClient(session, flags);
  const { instance: instanceId, type, since: beginTime } = flags;
  const endTime = flags.until ?? (beginTime && untilNow());
  const asked = { instanceId, type, beginTime, endTime };
  await printList(session, dds.listBackups(asked, { signal: session.signal }), backupColumns);
};

export const backup: CommandRun = async (
  session: Session,
  flags: InstanceFlags,
  [name = ""]: readonly string[],
) => {
  await using dds = ddsClient(session, flags);
  const { signal, output } = session;
  const { instance: instanceId, description } = flags;
  const created = await withNearIds(session, knownInstances(dds, instanceId), () =>
    dds.createBackup({ instanceId, name, description }, { signal }),
  );
  output.say(`${name} is being made as ${created.backupId}; if this is interrupted, it goes on.`);
  const made = flags.noWait
    ? created
    : await waiting(session, flags, name, (options) =>
        dds.waitForBackup({ ...created, instanceId }, options),
      );
  output.data(created.backupId, made);
};

export const instances: CommandRun = async (session, flags) => {
  await using dds = ddsClient(session, flags);
  await printList(session, dds.listInstances({}, { signal: session.signal }), {
    instance: ({ instanceId }) => instanceId,
    status: ({ status }) => status,
    mode: ({ mode }) => mode,
    version: ({ datastoreVersion }) => datastoreVersion,
    "days kept": ({ keepDays }) => keepDays,
    name: ({ name }) => name,
  });
};

export const policy: CommandRun = async (session, flags) => {
  await using dds = ddsClient(session, flags);
  const found = await dds.getDownloadPolicy({ signal: session.signal });
  session.output.data(found.action ?? found.actionText ?? "unknown", found);
  if (found.action === "close")
    session.output.say(
      "No backup can be downloaded from the Internet. The console has the switch, for the whole project.",
    );
};

export const verify: CommandRun = async ({ signal, output }, _flags, paths) => {
  const errors: unknown[] = [];
  for (const path of paths) {
    const row = output.progress.add(path);
    const about = { phase: "saving", bytesPerSecond: 0, attempt: 1, source: path } as const;
    const check = await verifyBackup(path, {
      signal,
      onProgress: ({ bytes, totalBytes }) => row.show({ ...about, bytes, totalBytes }),
    }).finally(row.end);
    const { isWhole, entries, problem } = check;
    output.data(`${path}: ${isWhole ? `whole, ${entries} entries` : problem}`, check);
    if (!isWhole) errors.push(new IntegrityError({ reason: "content" }, `${path}: ${problem}`));
  }
  if (errors.length > 0) throw new ToldFailure(errors[0]);
};

export const logs: CommandRun = async (
  session: Session,
  flags: InstanceFlags,
  [kind = ""]: readonly string[],
) => {
  await using dds = ddsClient(session, flags);
  const kinds = { error: dds.downloadErrorLogs, slow: dds.downloadSlowLogs };
  if (kind !== "error" && kind !== "slow")
    throw new ConfigurationError("kind", `There are no ${kind} logs: write error or slow.`);
  const { instance: instanceId, node = [] } = flags;
  const nodeIds = node.length > 0 ? node : undefined;
  const set = kinds[kind]({ instanceId, nodeIds }, exportOptions(flags));
  await withNearIds(session, knownInstances(dds, instanceId), () =>
    saveSets(session, flags, [{ set, folder: flags.output ?? "." }]),
  );
};
