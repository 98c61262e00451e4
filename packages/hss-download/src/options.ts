import type { ServiceClientOptions } from "@cloudhaul/core-auth";

/** Options of {@link createHssDownloadClient}. */
export type HssDownloadClientOptions = ServiceClientOptions;

/** What to download. */
export interface DownloadExportedFileInput {
  /** `file_id`: the id of the file, from the finished export task. 1 to 64 characters. */
  readonly fileId: string;
  /**
   * `enterprise_project_id`: the enterprise project of the servers; `0` for the default one, `all_granted_eps` for all. A
   * user with rights in one enterprise project only must name it. Default: not sent.
   */
  readonly enterpriseProjectId?: string | undefined;
  /** `region`: the region header. Default: the client's region. */
  readonly region?: string | undefined;
}
