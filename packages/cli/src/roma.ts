import { createRomaAssetsClient, type RomaAssetsClient, type RomaInstance } from "@cloudhaul/roma-assets";
import { clientOptions } from "./client-options.ts";
import type { CommandRun } from "./command.ts";
import type { FlagValues, Given } from "./flags.ts";
import { printList } from "./listing.ts";
import { type KnownIds, withNearIds } from "./near-id.ts";
import { saveFiles } from "./save-files.ts";
import type { Session } from "./session.ts";
import { exportOptions, waiting } from "./wait-flags.ts";

type InstanceFlags = Given<"instance">;

export const download: CommandRun = async (
  session: Session,
  flags: InstanceFlags,
  archiveIds: readonly string[],
) => {
  await using roma = createRomaAssetsClient(clientOptions(session, flags));
  const { instance: instanceId } = flags;
  const files = archiveIds.map((archiveId) => ({
    label: archiveId,
    download: () => roma.downloadAssetPackage({ instanceId, archiveId }),
  }));
  await withNearIds(session, knownInstances(roma, instanceId), () =>
    saveFiles(session, spooling(flags), files),
  );
};

export const exportAssets: CommandRun = async (session: Session, flags: InstanceFlags) => {
  await using roma = createRomaAssetsClient(clientOptions(session, flags));
  const { instance: instanceId, app: apps = [], task: tasks = [], exportAgain } = flags;
  const options = { ...exportOptions(flags), ...(exportAgain && { onLost: "export-again" as const }) };
  const download = () => roma.exportAssets({ instanceId, apps, tasks }, options);
  await withNearIds(session, knownInstances(roma, instanceId), () =>
    saveFiles(session, spooling(flags), [{ label: "assets", download }]),
  );
};

export const job: CommandRun = async (
  session: Session,
  flags: InstanceFlags,
  [jobId = ""]: readonly string[],
) => {
  await using roma = createRomaAssetsClient(clientOptions(session, flags));
  const { signal, output } = session;
  const input = { instanceId: flags.instance, jobId };
  const found = await withNearIds(session, knownInstances(roma, flags.instance), () =>
    flags.wait
      ? waiting(session, flags, jobId, (options) => roma.waitForAssetJob(input, options))
      : roma.getAssetJob(input, { signal }),
  );
  const { status, progressPercent, archiveId, reasons } = found;
  const percent = progressPercent === undefined ? undefined : `${progressPercent}%`;
  const faults = reasons.map(({ resourceName, errorMessage }) => `${resourceName}: ${errorMessage}`);
  output.data([status, percent, archiveId, ...faults].filter(Boolean).join("\t"), found);
};

export const instances: CommandRun = async (session, flags) => {
  await using roma = createRomaAssetsClient(clientOptions(session, flags));
  await printList(session, roma.listInstances({}, { signal: session.signal }), {
    instance: ({ instanceId }) => instanceId,
    status: ({ status }) => status,
    name: ({ name }) => name,
  });
};

export const apps: CommandRun = async (session: Session, flags: InstanceFlags) => {
  await using roma = createRomaAssetsClient(clientOptions(session, flags));
  const { instance: instanceId } = flags;
  const found = roma.listApps({ instanceId }, { signal: session.signal });
  await withNearIds(session, knownInstances(roma, instanceId), () =>
    printList(session, found, {
      application: ({ appId }) => appId,
      owner: ({ owner }) => owner,
      name: ({ name }) => name,
    }),
  );
};

export const tasks: CommandRun = async (session: Session, flags: InstanceFlags) => {
  await using roma = createRomaAssetsClient(clientOptions(session, flags));
  const { instance: instanceId } = flags;
  const found = roma.listTasks({ instanceId }, { signal: session.signal });
  await withNearIds(session, knownInstances(roma, instanceId), () =>
    printList(session, found, {
      task: ({ taskId }) => taskId,
      type: ({ type }) => type,
      name: ({ name }) => name,
    }),
  );
};

/** The project's instances, of which one was meant. */
function knownInstances(roma: RomaAssetsClient, given: string): KnownIds<RomaInstance> {
  const idsOf = ({ instanceId }: RomaInstance) => [instanceId];
  return { given: [given], list: (options) => roma.listInstances({}, options), idsOf };
}

/** What comes only once goes by way of a folder, if not to one. */
function spooling(flags: FlagValues): FlagValues {
  return { ...flags, spool: flags.spool ?? "." };
}
