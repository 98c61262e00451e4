import { createServiceClient } from "@cloudhaul/core-auth";
import type { Download } from "@cloudhaul/core-http";
import { errorKinds } from "./error-kinds.ts";
import { operations } from "./operations.ts";
import type { DownloadAssetPackageInput, RomaAssetsClientOptions } from "./options.ts";
import { regions } from "./regions.ts";

/** A client of ROMA Connect. */
export interface RomaAssetsClient extends AsyncDisposable {
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
  return {
    downloadAssetPackage: (input) => client.download(operations.downloadAssetPackage, input),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
