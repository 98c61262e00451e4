import { createServiceClient } from "@cloudhaul/core-auth";
import type { Download } from "@cloudhaul/core-http";
import { errorKinds } from "./error-kinds.ts";
import { operations } from "./operations.ts";
import type { DownloadResultFileInput, MetastudioIesClientOptions } from "./options.ts";
import { regions } from "./regions.ts";

/** A client of MetaStudio's import and export service. */
export interface MetastudioIesClient extends AsyncDisposable {
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
  return {
    downloadResultFile: (input) => client.download(operations.downloadResultFile, input),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
