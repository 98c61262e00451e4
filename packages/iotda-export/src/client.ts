import { createServiceClient } from "@cloudhaul/core-auth";
import {
  type CallOptions,
  checkInput,
  createPacer,
  createStartQueue,
  type Download,
  type WaitOptions,
} from "@cloudhaul/core-http";
import { planBatchExport } from "./batch-export.ts";
import { errorKinds } from "./error-kinds.ts";
import {
  createExportTask,
  findExportTask,
  listExportTasks,
  listPages,
  waitForExportTask,
} from "./export-tasks.ts";
import { operations } from "./operations.ts";
import type {
  BatchTaskInput,
  DownloadExportFileInput,
  ExportBatchTaskInput,
  ExportOptions,
  ExportTaskInput,
  InstanceInput,
  IotdaExportClientOptions,
  ListBatchTasksInput,
  ListExportTasksInput,
} from "./options.ts";
import { regions } from "./regions.ts";
import type { BatchTask, ExportTask } from "./tasks.ts";

/** A client of IoT Device Access. */
export interface IotdaExportClient extends AsyncDisposable {
  /**
   * The whole job: exports a batch task, waits, and downloads the file: a zip with an xls in it. An export of the same
   * conditions that runs already is joined, since another would overwrite it. While five tasks of the user are unfinished
   * it waits for its turn, until `timeoutMs` has passed. The start is sent once; one whose answer was lost is looked up in
   * the list. After a crash the same call on the same target goes on from the task that was started.
   *
   * Consuming it rejects with an ExportFailedError when the task failed, for which the service gives no reason.
   *
   * @throws ConfigurationError at once when the input or an option is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html
   * @example
   * ```ts
   * const devices = iotda.exportBatchTask({ taskId: "64f0c2" }, { cleanUp: "delete" });
   * const { path } = await devices.toFile("exports/");
   * ```
   */
  exportBatchTask(input: ExportBatchTaskInput, options?: ExportOptions): Download;
  /**
   * Creates an export task and does not wait for it. Sent once. The same conditions overwrite the earlier file; beyond 50
   * tasks of a user the oldest goes.
   *
   * @throws ConfigurationError when the input is wrong
   * @throws ServiceError when five tasks of the user are unfinished; by which code is not documented
   * @see https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html
   */
  createExportTask(input: ExportBatchTaskInput, options?: CallOptions): Promise<ExportTask>;
  /**
   * One export task, or `undefined` where there is none. The service shows none by its id: it is looked up in the list,
   * which what else is known of it makes shorter.
   *
   * @example
   * ```ts
   * const task = await iotda.getExportTask({ exportTaskId });
   * console.log(task?.status, task?.progressPercent);
   * ```
   */
  getExportTask(input: ExportTaskInput, options?: CallOptions): Promise<ExportTask | undefined>;
  /**
   * Export tasks, newest first, page by page as they are read.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-iothub/ListExportTasks.html
   * @example
   * ```ts
   * for await (const { exportTaskId, status } of iotda.listExportTasks()) console.log(exportTaskId, status);
   * ```
   */
  listExportTasks(input?: ListExportTasksInput, options?: CallOptions): AsyncIterable<ExportTask>;
  /**
   * Waits until an export task has succeeded. Its id is all that it needs, so a wait can be taken up again.
   *
   * @throws ExportFailedError when it failed, or is not listed for a minute
   * @throws TimeoutError with phase `wait` when it takes longer than `timeoutMs`
   * @example
   * ```ts
   * await iotda.waitForExportTask({ exportTaskId }, { timeoutMs: 600_000 });
   * ```
   */
  waitForExportTask(input: ExportTaskInput, options?: WaitOptions): Promise<ExportTask>;
  /**
   * Deletes an export task with its file.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-iothub/DeleteExportTask.html
   */
  deleteExportTask(input: DownloadExportFileInput, options?: CallOptions): Promise<void>;
  /**
   * The file of a finished export task: a zip with an xls in it. The service gives one file in 30 seconds to each user, so
   * downloads of one client take turns, and one that is cut waits for its turn to go on.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-iothub/ShowExportTask.html
   * @example
   * ```ts
   * const file = await iotda.downloadExportFile({ exportTaskId: "t-1" }).toFile("exports/");
   * ```
   */
  downloadExportFile(input: DownloadExportFileInput): Download;
  /**
   * The batch tasks of one type, whose ids an export wants.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0028.html
   * @example
   * ```ts
   * for await (const { taskId, name } of iotda.listBatchTasks({ taskType: "createDevices" })) console.log(taskId, name);
   * ```
   */
  listBatchTasks(input: ListBatchTasksInput, options?: CallOptions): AsyncIterable<BatchTask>;
  /**
   * One batch task.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0017.html
   */
  getBatchTask(input: BatchTaskInput, options?: CallOptions): Promise<BatchTask>;
  /** Closes idle connections. They close by themselves after a few seconds, too. */
  close(): Promise<void>;
}

/**
 * Makes a client of IoT Device Access. Nothing is sent before the first call.
 *
 * @throws ConfigurationError when an option is wrong, IoTDA is not known to run in the region, or an instance's own host
 * is given without its region
 * @example
 * ```ts
 * const iotda = createIotdaExportClient({ region: "ap-southeast-3" });
 * ```
 */
export function createIotdaExportClient(all: IotdaExportClientOptions): IotdaExportClient {
  const { downloadIntervalMs = 30_000, instanceId, ...options } = all ?? {};
  const ownRules = {
    downloadIntervalMs: { type: "integer", min: 0 },
    instanceId: { maxLength: 256 },
  } as const;
  checkInput(ownRules, { downloadIntervalMs, instanceId });
  const derived = { service: "iotdm" }; // not "iotda": all four official SDKs derive keys for this name
  const client = createServiceClient({ service: "iotda", regions, errorKinds, derived }, options);
  const pace = createPacer(downloadIntervalMs);
  const exports = { client, pace, queue: createStartQueue(), joined: new Set<string>() };
  const ofInstance = <Input extends InstanceInput>(input: Input): Input =>
    instanceId === undefined ? input : { ...input, instanceId: input.instanceId ?? instanceId };
  return {
    exportBatchTask: (input, exportOptions = {}) =>
      planBatchExport(exports, ofInstance(input), exportOptions),
    createExportTask: (input, callOptions) => createExportTask(client, ofInstance(input), callOptions),
    getExportTask: (input, callOptions) => findExportTask(client, ofInstance(input), callOptions),
    listExportTasks: (input = {}, callOptions) => listExportTasks(client, ofInstance(input), callOptions),
    waitForExportTask: (input, waitOptions = {}) => waitForExportTask(client, ofInstance(input), waitOptions),
    deleteExportTask: (input, callOptions) =>
      client.send(operations.deleteExportTask, ofInstance(input), callOptions),
    downloadExportFile: (input) => client.download(operations.downloadExportFile, ofInstance(input), pace),
    listBatchTasks: (input, callOptions) =>
      listPages(
        client,
        operations.listBatchTasks,
        ofInstance(input),
        ({ batchTasks }) => batchTasks,
        callOptions,
      ),
    async getBatchTask(input, callOptions) {
      const schema = async () => (await import("./schemas.ts")).batchTask;
      return client.call(operations.getBatchTask, ofInstance(input), schema, callOptions);
    },
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
