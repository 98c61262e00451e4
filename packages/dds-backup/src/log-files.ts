import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  checkInput,
  type DownloadSet,
  ExportFailedError,
  type Operation,
  type TaskVerdict,
  type WaitOptions,
  waitForTask,
  waitRules,
} from "@cloudhaul/core-http";
import { createLinkedSet } from "./linked-set.ts";
import type { LogFile, LogsInput, LogsOptions } from "./log-file.ts";
import type { LogFiles } from "./schemas.ts";

/** Lists the files of logs once the service has made them. The input is checked at once. */
export function listLogs(
  client: ServiceClient,
  operation: Operation,
  input: LogsInput,
  options: WaitOptions = {},
): AsyncIterable<LogFile> {
  checkInput(operation.parameters, input);
  checkInput(waitRules, options);
  const asked = { ...input };
  return (async function* list() {
    yield* (await waitForLogs(client, operation, asked, options)).files;
  })();
}

const { signal: _, ...optionRules } = waitRules;

/** The plan to save the files of logs, those of each node in a folder of its own. */
export function downloadLogs(
  { client, allowPrivateHosts }: { client: ServiceClient; allowPrivateHosts: boolean | undefined },
  operation: Operation,
  input: LogsInput,
  options: LogsOptions = {},
): DownloadSet {
  checkInput(operation.parameters, input);
  checkInput(optionRules, options);
  const [asked, waiting] = [{ ...input }, { ...options }];
  const { instanceId } = asked;
  return createLinkedSet({
    client,
    operation,
    allowPrivateHosts,
    ids: async () => [instanceId, `${instanceId}-${operation.name}`],
    ask: async (signal) => {
      const { files } = await waitForLogs(client, operation, asked, { ...waiting, signal });
      return files.map(({ name, nodeName, link }) => ({
        ...{ name, link, part: nodeName, group: nodeName },
        failure: link === undefined ? notMade(instanceId, name) : undefined,
      }));
    },
  });
}

/** The service is asked the same again until it has made the files; once their links have ended it makes them anew. */
function waitForLogs(
  client: ServiceClient,
  operation: Operation,
  input: LogsInput,
  options: WaitOptions,
): Promise<LogFiles> {
  const schema = async () => (await import("./schemas.ts")).logFiles;
  const { logger } = client.settings;
  const ask = (signal: AbortSignal | undefined) => client.call(operation, input, schema, { signal });
  return waitForTask({ taskId: input.instanceId, logger, ask, judge }, options);
}

/** `FAILED` says that at least one file was not made. The rest can be had all the same. */
function judge({ status = "", files }: LogFiles): TaskVerdict {
  const word = status.toLowerCase();
  if (word === "finish") return { state: "succeeded", status };
  const made = files.filter(({ link }) => link !== undefined).length;
  if (word !== "failed") {
    const progressPercent = files.length === 0 ? undefined : Math.round((100 * made) / files.length);
    return { state: "running", status, progressPercent };
  }
  if (made > 0) return { state: "succeeded", status };
  const nodes = files.map(({ nodeName, name }) => nodeName ?? name).join(", ");
  return { state: "failed", status, reason: nodes ? `no log could be made of ${nodes}` : undefined };
}

function notMade(instanceId: string, name: string): ExportFailedError {
  const text = `DDS could not make the file ${name} of the logs of ${instanceId}. Ask for it again.`;
  return new ExportFailedError(instanceId, undefined, text);
}
