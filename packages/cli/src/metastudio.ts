import { ConfigurationError } from "@cloudhaul/core-http";
import {
  createMetastudioIesClient,
  type IsFinished,
  type MetastudioIesClient,
  type Task,
} from "@cloudhaul/metastudio-ies";
import { clientOptions } from "./client-options.ts";
import type { CommandRun } from "./command.ts";
import type { FlagValues } from "./flags.ts";
import { type Columns, printList } from "./listing.ts";
import { type KnownIds, withNearIds } from "./near-id.ts";
import { saveFiles } from "./save-files.ts";
import { exportOptions, waiting } from "./wait-flags.ts";

export const download: CommandRun = async (session, flags, taskIds) => {
  await using metastudio = createMetastudioIesClient(clientOptions(session, flags));
  const files = taskIds.map((taskId) => ({
    label: taskId,
    download: () => metastudio.downloadResultFile({ taskId }),
  }));
  await withNearIds(session, knownTasks(metastudio, taskIds), () => saveFiles(session, flags, files));
};

export const exportResource: CommandRun = async (session, flags, [resource = ""]) => {
  await using metastudio = createMetastudioIesClient(clientOptions(session, flags));
  const cleanUp = flags.cleanUp ? ("delete" as const) : undefined;
  const options = { ...exportOptions(flags), cleanUp, isFinished: isFinishedBy(flags) };
  const download = () => metastudio.exportResource({ resource, businessId: flags.business }, options);
  await saveFiles(session, flags, [{ label: resource, download }]);
};

const columns: Columns<Task> = {
  task: ({ taskId }) => taskId,
  status: ({ status }) => status,
  "of these": ({ totalCount }) => totalCount,
  good: ({ successCount }) => successCount,
  failed: ({ failureCount }) => failureCount,
  started: ({ startedAt }) => startedAt,
  resource: ({ resource }) => resource,
  name: ({ name }) => name,
};

export const task: CommandRun = async (session, flags, [taskId = ""]) => {
  await using metastudio = createMetastudioIesClient(clientOptions(session, flags));
  const isFinished = isFinishedBy(flags);
  const found = await withNearIds(session, knownTasks(metastudio, [taskId]), () =>
    flags.wait
      ? waiting(session, flags, taskId, (options) =>
          metastudio.waitForTask({ taskId }, { ...options, isFinished }),
        )
      : metastudio.getTask({ taskId }, { signal: session.signal }),
  );
  await printList(session, [found], columns);
};

export const tasks: CommandRun = async (session, flags) => {
  await using metastudio = createMetastudioIesClient(clientOptions(session, flags));
  const { business: businessId, since: beginTime, until: endTime, resource = [] } = flags;
  const resources = resource.length > 0 ? resource : undefined;
  const asked = { resources, businessId, beginTime, endTime };
  const { tasks: found, count } = await metastudio.searchTasks(asked, { signal: session.signal });
  await printList(session, found, columns);
  if (count !== undefined && count > found.length)
    session.output.say(`${found.length} of ${count}: the service shows no more. Narrow --since and --until.`);
};

export const deleteTasks: CommandRun = async (session, flags, taskIds) => {
  await using metastudio = createMetastudioIesClient(clientOptions(session, flags));
  const { signal, output } = session;
  for (const taskId of taskIds) {
    await withNearIds(session, knownTasks(metastudio, [taskId]), () =>
      metastudio.deleteTask({ taskId }, { signal }),
    );
    output.data(taskId, { deleted: taskId });
  }
};

/** The tasks that the service shows, of which one was meant. */
function knownTasks(metastudio: MetastudioIesClient, given: readonly string[]): KnownIds<Task> {
  return {
    given,
    async *list(options) {
      yield* (await metastudio.searchTasks({}, options)).tasks;
    },
    idsOf: ({ taskId }) => [taskId],
  };
}

/** How a task's status is read, where the flags say it. */
function isFinishedBy({ doneStatus, failedStatus }: FlagValues): IsFinished | undefined {
  if (doneStatus === undefined && failedStatus === undefined) return undefined;
  if (doneStatus === undefined)
    throw new ConfigurationError(
      "failedStatus",
      "--failed-status needs --done-status, to know when to stop waiting.",
    );
  return ({ status }) => (String(status) === failedStatus ? "failed" : String(status) === doneStatus);
}
