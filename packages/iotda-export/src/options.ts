import type { ServiceClientOptions, SigningOptions } from "@cloudhaul/core-auth";

/**
 * Options of {@link createIotdaExportClient}. Standard and enterprise instances have a host of their own: give it as
 * `endpoint`, and the `region` with it. Access keys sign for such a host with a key derived for `iotdm` and the region,
 * and plainly for the hosts that a region shares; `signing` forces either.
 */
export interface IotdaExportClientOptions extends ServiceClientOptions, SigningOptions {
  /**
   * The time from one download to the next, in milliseconds: the service gives a user one file in 30 seconds, and a
   * download that goes on after a cut is one more. Held within one client. Default 30,000.
   */
  readonly downloadIntervalMs?: number | undefined;
}

/** What to download. */
export interface DownloadExportFileInput {
  /** `export_task_id`: the id of the finished export task. */
  readonly exportTaskId: string;
  /** `Instance-Id`: the id of the instance. The professional editions demand it; the vendor recommends it to all. */
  readonly instanceId?: string | undefined;
}
