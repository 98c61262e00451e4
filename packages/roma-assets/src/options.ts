import type { ServiceClientOptions } from "@cloudhaul/core-auth";

/** Options of {@link createRomaAssetsClient}. */
export type RomaAssetsClientOptions = ServiceClientOptions;

/** What to download. */
export interface DownloadAssetPackageInput {
  /** `instance_id`: the ROMA Connect instance. At most 64 characters. */
  readonly instanceId: string;
  /** `archive_id`: from the finished export job. At most 64 characters. */
  readonly archiveId: string;
}
