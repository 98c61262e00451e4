import type { ServiceClientOptions } from "@cloudhaul/core-auth";

/**
 * Options of {@link createIotdaExportClient}. Standard and enterprise instances have a host of their own: give it as
 * `endpoint`.
 */
export type IotdaExportClientOptions = ServiceClientOptions;

/** What to download. */
export interface DownloadExportFileInput {
  /** `export_task_id`: the id of the finished export task. */
  readonly exportTaskId: string;
  /** `Instance-Id`: the id of the instance. The professional editions demand it; the vendor recommends it to all. */
  readonly instanceId?: string | undefined;
}
