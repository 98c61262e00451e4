import { createServiceClient } from "@cloudhaul/core-auth";
import type { Download } from "@cloudhaul/core-http";
import { errorKinds } from "./error-kinds.ts";
import { operations } from "./operations.ts";
import type { DownloadExportedFileInput, HssDownloadClientOptions } from "./options.ts";
import { regions } from "./regions.ts";

/** A client of Host Security Service. */
export interface HssDownloadClient extends AsyncDisposable {
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
  return {
    downloadExportedFile: (input) =>
      client.download(operations.downloadExportedFile, { ...input, region: input.region ?? options.region }),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
