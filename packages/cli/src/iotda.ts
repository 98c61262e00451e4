import { ConfigurationError } from "@cloudhaul/core-http";
import { createIotdaExportClient, type ExportTask, type IotdaExportClient } from "@cloudhaul/iotda-export";
import { clientOptions } from "./client-options.ts";
import type { CommandRun } from "./command.ts";
import type { FlagValues } from "./flags.ts";
import { printList } from "./listing.ts";
import { type KnownIds, withNearIds } from "./near-id.ts";
import { saveFiles } from "./save-files.ts";
import type { Session } from "./session.ts";
import { exportOptions } from "./wait-flags.ts";

/** The service allows one download at a time. */
const oneAtATime = { concurrency: 1 };

export const download: CommandRun = async (session, flags, taskIds) => {
  await using iotda = clientOf(session, flags);
  const files = taskIds.map((exportTaskId) => ({
    label: exportTaskId,
    download: () => iotda.downloadExportFile({ exportTaskId }),
  }));
  await withNearIds(session, knownTasks(iotda, taskIds), () =>
    saveFiles(session, { ...flags, ...oneAtATime }, files),
  );
};

export const exportTasks: CommandRun = async (session, flags, taskIds) => {
  await using iotda = clientOf(session, flags);
  const options = { ...exportOptions(flags), ...(flags.cleanUp && { cleanUp: "delete" as const }) };
  const appId = appOf(flags);
  const files = taskIds.map((taskId) => ({
    label: taskId,
    download: () => iotda.exportBatchTask({ taskId, appId }, options),
  }));
  await saveFiles(session, { ...flags, ...oneAtATime }, files);
};

export const tasks: CommandRun = async (session, flags, [taskId]) => {
  await using iotda = clientOf(session, flags);
  const found = iotda.listExportTasks({ taskId, appId: appOf(flags) }, { signal: session.signal });
  await printList(session, found, {
    task: ({ exportTaskId }) => exportTaskId,
    status: ({ status }) => status,
    percent: ({ progressPercent }) => progressPercent,
    records: ({ exportCount }) => exportCount,
    "batch task": (task) => task.taskId,
    created: ({ createdAt }) => createdAt,
  });
};

export const batchTasks: CommandRun = async (session, flags, [taskType = ""]) => {
  await using iotda = clientOf(session, flags);
  const found = iotda.listBatchTasks({ taskType, appId: appOf(flags) }, { signal: session.signal });
  await printList(session, found, {
    "batch task": ({ taskId }) => taskId,
    status: ({ status }) => status,
    created: ({ createdAt }) => createdAt,
    name: ({ name }) => name,
  });
};

export const deleteTasks: CommandRun = async (session, flags, taskIds) => {
  await using iotda = clientOf(session, flags);
  const { signal, output } = session;
  for (const exportTaskId of taskIds) {
    await withNearIds(session, knownTasks(iotda, [exportTaskId]), () =>
      iotda.deleteExportTask({ exportTaskId }, { signal }),
    );
    output.data(exportTaskId, { deleted: exportTaskId });
  }
};

function clientOf(session: Session, flags: FlagValues): IotdaExportClient {
  return createIotdaExportClient({ ...clientOptions(session, flags), instanceId: flags.instance });
}

/** The export tasks, of which one was meant. */
function knownTasks(iotda: IotdaExportClient, given: readonly string[]): KnownIds<ExportTask> {
  const idsOf = ({ exportTaskId }: ExportTask) => [exportTaskId];
  return { given, list: (options) => iotda.listExportTasks({}, options), idsOf };
}

function appOf({ app = [] }: FlagValues): string | undefined {
  if (app.length <= 1) return app[0];
  throw new ConfigurationError("app", "IoTDA takes one application: give --app once.");
}
