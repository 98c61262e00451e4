import { createServiceClient } from "@cloudhaul/core-auth";
import {
  type AnswerSchema,
  type CallOptions,
  checkInput,
  createStartQueue,
  type Download,
  type OffsetPage,
  type Operation,
  pagesByOffset,
  type WaitOptions,
} from "@cloudhaul/core-http";
import { getJob, planExport, startExport, waitForJob } from "./asset-export.ts";
import type {
  AssetJob,
  AssetJobInput,
  ListAppsInput,
  ListInstancesInput,
  ListTasksInput,
  RomaApp,
  RomaInstance,
  RomaTask,
} from "./assets.ts";
import { errorKinds } from "./error-kinds.ts";
import { operations } from "./operations.ts";
import {
  type AssetExportInput,
  type DownloadAssetPackageInput,
  type ExportOptions,
  exportBody,
  type RomaAssetsClientOptions,
} from "./options.ts";
import { regions } from "./regions.ts";

/** A client of ROMA Connect. */
export interface RomaAssetsClient extends AsyncDisposable {
  /**
   * The whole job: starts an export, waits for it, and downloads its package. One job of a user runs at a time, so exports
   * take turns: those of one client first come, first served; those of other programs by asking again, until `timeoutMs`
   * has passed. The start is sent once. After a crash the same call on the same target goes on from the job that was
   * started, and from its archive where that is known.
   *
   * Consuming it rejects with an ExportFailedError when the job failed, with everything that the service says; with a
   * ServiceError of kind `busy` when no turn came in time; with an OnceOnlyDownloadError when the package was lost on its
   * way and `onLost` is `fail`; and with a LostStartError, once, when a start was sent and no answer came.
   *
   * @throws ConfigurationError at once when the input or an option is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-roma/ExportAsset.html
   * @example
   * ```ts
   * const assets = roma.exportAssets({ instanceId, apps: ["app-1"] }, { onLost: "export-again" });
   * const { path } = await assets.toFile("assets/");
   * ```
   */
  exportAssets(input: AssetExportInput, options?: ExportOptions): Download;
  /**
   * Starts an export and does not wait for it. Sent once; an answer that is lost is not asked for again.
   *
   * @throws ConfigurationError when the input is wrong
   * @throws ServiceError with kind `busy` when another job of the user runs (`ROMA.10012`)
   * @see https://support.huaweicloud.com/intl/en-us/api-roma/ExportAsset.html
   * @example
   * ```ts
   * const { jobId } = await roma.startAssetExport({ instanceId, apps: ["app-1"], tasks: [taskId] });
   * ```
   */
  startAssetExport(input: AssetExportInput, options?: CallOptions): Promise<{ readonly jobId: string }>;
  /**
   * How far a job is.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-roma/CheckAssetJobStatus.html
   */
  getAssetJob(input: AssetJobInput, options?: CallOptions): Promise<AssetJob>;
  /**
   * Waits until a job has succeeded. Its id is all that it needs, so a wait can be taken up again.
   *
   * @throws ExportFailedError when it failed
   * @throws TimeoutError with phase `wait` when it takes longer than `timeoutMs`
   * @example
   * ```ts
   * const { archiveId } = await roma.waitForAssetJob({ instanceId, jobId: "j-1" });
   * ```
   */
  waitForAssetJob(input: AssetJobInput, options?: WaitOptions): Promise<AssetJob>;
  /**
   * The asset package that an export job has made. **The service gives it once and deletes it.**
   *
   * So the download has one use: a second one rejects with an `OnceOnlyDownloadError` and sends nothing. Nothing is
   * tried again after the service may have acted; what arrived before a cut is kept, and the error names the file. To
   * anything but a file it goes only with `acceptLoss: true`.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-roma/DownloadAssetArchive.html
   * @example
   * ```ts
   * const file = await roma.downloadAssetPackage({ instanceId: "i-1", archiveId: "a-1" }).toFile("assets/");
   * ```
   */
  downloadAssetPackage(input: DownloadAssetPackageInput): Download;
  /**
   * The project's instances, page by page as they are read.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-roma/CheckRomaInstanceListV2.html
   */
  listInstances(input?: ListInstancesInput, options?: CallOptions): AsyncIterable<RomaInstance>;
  /**
   * The integration applications of an instance. Their secrets, which the service sends along, are left out.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-roma/ListRomaApp.html
   * @example
   * ```ts
   * for await (const { appId, name } of roma.listApps({ instanceId })) console.log(appId, name);
   * ```
   */
  listApps(input: ListAppsInput, options?: CallOptions): AsyncIterable<RomaApp>;
  /**
   * The data integration tasks (FDI) of an instance.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-roma/ListTasks.html
   */
  listTasks(input: ListTasksInput, options?: CallOptions): AsyncIterable<RomaTask>;
  /** Closes idle connections. They close by themselves after a few seconds, too. */
  close(): Promise<void>;
}

/**
 * Makes a client of ROMA Connect. Nothing is sent before the first call.
 *
 * @throws ConfigurationError when an option is wrong, or ROMA Connect is not known to run in the region
 * @example
 * ```ts
 * const roma = createRomaAssetsClient({ region: "ap-southeast-3" });
 * ```
 */
export function createRomaAssetsClient(options: RomaAssetsClientOptions): RomaAssetsClient {
  const client = createServiceClient({ service: "roma", regions, errorKinds }, options);
  const queue = createStartQueue();

  function list<Item>(
    operation: Operation,
    input: object,
    schemaIn: (schemas: typeof import("./schemas.ts")) => AnswerSchema<OffsetPage<Item>>,
    callOptions: CallOptions | undefined,
  ): AsyncIterable<Item> {
    checkInput(operation.parameters, input);
    const asked = { ...input };
    const loadSchema = async () => schemaIn(await import("./schemas.ts"));
    return pagesByOffset((offset) => client.call(operation, { ...asked, offset }, loadSchema, callOptions));
  }

  return {
    exportAssets: (input, exportOptions = {}) => planExport(client, queue, input, exportOptions),
    startAssetExport: async (input, callOptions) => ({
      jobId: await startExport(client, exportBody(input), callOptions),
    }),
    getAssetJob: (input, callOptions) => getJob(client, input, callOptions),
    waitForAssetJob: (input, waitOptions = {}) => waitForJob(client, input, waitOptions),
    downloadAssetPackage: (input) => client.download(operations.downloadAssetPackage, input),
    listInstances: (input = {}, callOptions) =>
      list(operations.listInstances, input, ({ instances }) => instances, callOptions),
    listApps: (input, callOptions) => list(operations.listApps, input, ({ apps }) => apps, callOptions),
    listTasks: (input, callOptions) => list(operations.listTasks, input, ({ tasks }) => tasks, callOptions),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
