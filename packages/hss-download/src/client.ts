import { createServiceClient } from "@cloudhaul/core-auth";
import {
  type CallOptions,
  checkInput,
  type Download,
  pagesByOffset,
  type WaitOptions,
} from "@cloudhaul/core-http";
import { errorKinds } from "./error-kinds.ts";
import type { ExportInputs, ExportKind, StartExportInput } from "./export-kinds.ts";
import type { HssExports } from "./export-methods.ts";
import { createExportTasks } from "./export-tasks.ts";
import { operations } from "./operations.ts";
import type {
  DownloadExportedFileInput,
  ExportOptions,
  ExportTask,
  ExportTaskInput,
  FinishedExportTask,
  HssDownloadClientOptions,
  OperationReport,
  StartedExport,
} from "./options.ts";
import { producers } from "./producers.ts";
import { regions } from "./regions.ts";
import { createExporter, type Exporter } from "./start-export.ts";

/** A client of Host Security Service. */
export interface HssDownloadClient extends HssExports, AsyncDisposable {
  /**
   * Starts an export and does not wait for it. It is sent once: every start makes another task, and HSS deletes none.
   *
   * @throws ConfigurationError when the input is wrong
   * @example
   * ```ts
   * const { taskId } = await hss.startExport({ kind: "vulnerabilities", category: "vul" });
   * const { fileId } = await hss.waitForExport({ taskId });
   * await hss.downloadExportedFile({ fileId }).toFile("exports/");
   * ```
   */
  startExport(input: StartExportInput, options?: CallOptions): Promise<StartedExport>;
  /**
   * An export task, as far as it has come.
   *
   * @throws ServiceError with kind `not-found` when HSS does not know the task
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListQueryExportTask.html
   */
  getExport(input: ExportTaskInput, options?: CallOptions): Promise<ExportTask>;
  /**
   * Waits until an export task has succeeded. Its id is enough, so a wait can be taken up again.
   *
   * @throws ExportFailedError when HSS says that it failed
   * @throws ServiceError with kind `not-found` when HSS does not know the task
   * @throws TimeoutError with phase `wait` when it takes longer than `timeoutMs`
   */
  waitForExport(input: ExportTaskInput, options?: WaitOptions): Promise<FinishedExportTask>;
  /**
   * The monthly reports, through all pages. Options are for each of them.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListMonthlyOperationReports.html
   * @example
   * ```ts
   * for await (const { reportId } of hss.listOperationReports()) {
   *   await hss.exportOperationReport({ reportId }).toFile("reports/");
   * }
   * ```
   */
  listOperationReports(options?: CallOptions): AsyncIterable<OperationReport>;
  /**
   * A file that an export task of HSS has made.
   *
   * Whether and when such a file expires, its type and its headers are not documented.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListDownloadExportedFile.html
   * @example
   * ```ts
   * const file = await hss.downloadExportedFile({ fileId: "a1b2" }).toFile("exports/");
   * ```
   */
  downloadExportedFile(input: DownloadExportedFileInput): Download;
  /** Closes idle connections. They close by themselves after a few seconds, too. */
  close(): Promise<void>;
}

/** The reports come in pages of so many, the most that HSS gives. */
const pageSize = 200;

/**
 * Makes a client of Host Security Service. Nothing is sent before the first call.
 *
 * @throws ConfigurationError when an option is wrong, or HSS is not known to run in the region
 * @example
 * ```ts
 * const hss = createHssDownloadClient({ region: "ap-southeast-3" });
 * ```
 */
export function createHssDownloadClient(options: HssDownloadClientOptions): HssDownloadClient {
  const client = createServiceClient({ service: "hss", regions, errorKinds }, options);
  const { region } = options;
  const tasks = createExportTasks(client, region);
  const exporter = createExporter(client, tasks, region);
  return {
    ...exportMethods(exporter),
    async startExport({ kind, ...input }, callOptions) {
      checkInput({ kind: { values: Object.keys(producers), required: true } }, { kind });
      return exporter.start(kind, input as ExportInputs[typeof kind], callOptions);
    },
    getExport: (input, callOptions) => tasks.get(input, callOptions),
    waitForExport: (input, waitOptions = {}) => tasks.wait(input, waitOptions),
    listOperationReports: (callOptions) =>
      pagesByOffset((offset) =>
        client.call(
          operations.listOperationReports,
          { offset, limit: pageSize },
          async () => (await import("./schemas.ts")).operationReports,
          callOptions,
        ),
      ),
    downloadExportedFile: (input) =>
      client.download(operations.downloadExportedFile, { ...input, region: input.region ?? region }),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** A method for each row of the table: `exportEvents` for `events`. */
type ExportMethods = {
  [Kind in ExportKind as `export${Capitalize<Kind>}`]: (
    input: ExportInputs[Kind],
    options?: ExportOptions,
  ) => Download;
};

function exportMethods(exporter: Exporter): ExportMethods {
  const methods = (Object.keys(producers) as ExportKind[]).map((kind) => [
    `export${kind[0]?.toUpperCase()}${kind.slice(1)}`,
    (input: ExportInputs[typeof kind], options?: ExportOptions) => exporter.export(kind, input, options),
  ]);
  return Object.fromEntries(methods) as ExportMethods;
}
