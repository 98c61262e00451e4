import { createServiceClient } from "@cloudhaul/core-auth";
import { type CallOptions, createStartQueue, type Download } from "@cloudhaul/core-http";
import { errorKinds } from "./error-kinds.ts";
import { operations } from "./operations.ts";
import type {
  DownloadResultFileInput,
  DownloadTemplateInput,
  ExportOptions,
  ExportResourceInput,
  MetastudioIesClientOptions,
  SearchTasksInput,
  TaskInput,
  WaitForTaskOptions,
} from "./options.ts";
import { regions } from "./regions.ts";
import { planExport } from "./resource-export.ts";
import { getTask, searchTasks, startExport, waitForEnd } from "./task-calls.ts";
import type { FoundTasks, Task } from "./tasks.ts";

/** A client of MetaStudio's import and export service. */
export interface MetastudioIesClient extends AsyncDisposable {
  /**
   * The whole job: starts an export, waits for its task, and downloads the result. The start is sent once; its task is what
   * the service answers, or else the newest of the resource that was not there before. After a crash the same call on the
   * same target goes on from the task that was started.
   *
   * No value of a task's status is documented, so a task that failed is known only by `isFinished`; without it the wait
   * ends, and the download is refused as `not-found`.
   *
   * Consuming it rejects with an ExportFailedError when `isFinished` says "failed", with a TimeoutError of phase `wait`
   * when the task takes longer than `timeoutMs`, and with a LostStartError, once, when the task of a start is not found.
   *
   * @throws ConfigurationError at once when the input or an option is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-metastudio/ExportResource.html
   * @example
   * ```ts
   * const questions = metastudio.exportResource(
   *   { resource: "knowledge-intent-question-create", businessId: "skill-1" },
   *   { isFinished: ({ status }) => (status === 2 ? "failed" : status === 1), cleanUp: "delete" },
   * );
   * const { path } = await questions.toFile("exports/");
   * ```
   */
  exportResource(input: ExportResourceInput, options?: ExportOptions): Download;
  /**
   * Starts an export and does not wait for it. Sent once.
   *
   * @returns `value`, of which the vendor says "return result" and no more: probably the id of the task. Ask
   * {@link MetastudioIesClient.getTask} whether it is; else look for the task by {@link MetastudioIesClient.searchTasks}
   * @throws ConfigurationError when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-metastudio/ExportResource.html
   */
  startExport(
    input: ExportResourceInput,
    options?: CallOptions,
  ): Promise<{ readonly value: string | undefined }>;
  /**
   * One import or export task.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-metastudio/ShowTask.html
   */
  getTask(input: TaskInput, options?: CallOptions): Promise<Task>;
  /**
   * Tasks of a time, ten at most: the service has no pages. `count` tells how many there are in all; for others narrow
   * `beginTime` and `endTime`.
   *
   * @throws ConfigurationError when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-metastudio/SearchTask.html
   * @example
   * ```ts
   * const since = new Date(Date.now() - 3_600_000);
   * const { tasks, count } = await metastudio.searchTasks({ beginTime: since });
   * ```
   */
  searchTasks(input?: SearchTasksInput, options?: CallOptions): Promise<FoundTasks>;
  /**
   * Waits until a task has ended. Its id is all that it needs, so a wait can be taken up again.
   *
   * @throws ExportFailedError when `isFinished` says "failed"
   * @throws TimeoutError with phase `wait` when it takes longer than `timeoutMs`
   * @example
   * ```ts
   * await metastudio.waitForTask({ taskId }, { isFinished: ({ status }) => status !== "processing" });
   * ```
   */
  waitForTask(input: TaskInput, options?: WaitForTaskOptions): Promise<Task>;
  /**
   * Deletes a task. Whether its result goes with it is not documented.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-metastudio/DeleteTask.html
   */
  deleteTask(input: TaskInput, options?: CallOptions): Promise<void>;
  /**
   * The result file of an import or export task: the exported data, or the report of what an import refused.
   *
   * Its type, its name and how long it is kept are not documented.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-metastudio/DownloadResultFile.html
   * @example
   * ```ts
   * const file = await metastudio.downloadResultFile({ taskId: "t-1" }).toFile("results/");
   * ```
   */
  downloadResultFile(input: DownloadResultFileInput): Download;
  /**
   * The template that an import of a resource is filled in by.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-metastudio/DownloadTemplate.html
   */
  downloadTemplate(input: DownloadTemplateInput): Download;
  /** Closes idle connections. They close by themselves after a few seconds, too. */
  close(): Promise<void>;
}

/**
 * Makes a client of MetaStudio. Nothing is sent before the first call.
 *
 * @throws ConfigurationError when an option is wrong, or MetaStudio is not known to run in the region
 * @example
 * ```ts
 * const metastudio = createMetastudioIesClient({ region: "cn-north-4" });
 * ```
 */
export function createMetastudioIesClient(options: MetastudioIesClientOptions): MetastudioIesClient {
  const client = createServiceClient({ service: "metastudio", regions, errorKinds }, options);
  const queue = createStartQueue();
  return {
    exportResource: (input, exportOptions = {}) => planExport(client, queue, input, exportOptions),
    startExport: (input, callOptions) => startExport(client, input, callOptions),
    getTask: (input, callOptions) => getTask(client, input, callOptions),
    searchTasks: (input = {}, callOptions) => searchTasks(client, input, callOptions),
    waitForTask: (input, waitOptions = {}) => waitForEnd(client, input, waitOptions),
    deleteTask: (input, callOptions) => client.send(operations.deleteTask, input, callOptions),
    downloadResultFile: (input) => client.download(operations.downloadResultFile, input),
    downloadTemplate: (input) => client.download(operations.downloadTemplate, input),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
