import { createServiceClient } from "@cloudhaul/core-auth";
import { checkInput, createPacer, type Download } from "@cloudhaul/core-http";
import { errorKinds } from "./error-kinds.ts";
import { operations } from "./operations.ts";
import type { DownloadExportFileInput, IotdaExportClientOptions } from "./options.ts";
import { regions } from "./regions.ts";

/** A client of IoT Device Access. */
export interface IotdaExportClient extends AsyncDisposable {
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
  const { downloadIntervalMs = 30_000, ...options } = all ?? {};
  checkInput({ downloadIntervalMs: { type: "integer", min: 0 } }, { downloadIntervalMs });
  const derived = { service: "iotdm" }; // not "iotda": all four official SDKs derive keys for this name
  const client = createServiceClient({ service: "iotda", regions, errorKinds, derived }, options);
  const pace = createPacer(downloadIntervalMs);
  return {
    downloadExportFile: (input) => client.download(operations.downloadExportFile, input, pace),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
