import type { ServiceClientOptions } from "@cloudhaul/core-auth";

/** Options of {@link createMetastudioIesClient}. Token and access key both work. */
export type MetastudioIesClientOptions = ServiceClientOptions;

/** What to download. */
export interface DownloadResultFileInput {
  /** `id`: the id of the import or export task; the file has none of its own. */
  readonly taskId: string;
}
