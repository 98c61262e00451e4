import { createServiceClient } from "@cloudhaul/core-auth";
import type { Download } from "@cloudhaul/core-http";
import { errorKinds } from "./error-kinds.ts";
import { operations } from "./operations.ts";
import type { DownloadExportFileInput, IotdaExportClientOptions } from "./options.ts";
import { regions } from "./regions.ts";

/** A client of IoT Device Access. */
export interface IotdaExportClient extends AsyncDisposable {
  /**
   * The file of a finished export task: a zip with an xls in it. The service gives one file in 30 seconds to each user.
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
 * @throws ConfigurationError when an option is wrong, or IoTDA is not known to run in the region
 * @example
 * ```ts
 * const iotda = createIotdaExportClient({ region: "ap-southeast-3" });
 * ```
 */
export function createIotdaExportClient(options: IotdaExportClientOptions): IotdaExportClient {
  const client = createServiceClient({ service: "iotda", regions, errorKinds }, options);
  return {
    downloadExportFile: (input) => client.download(operations.downloadExportFile, input),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
