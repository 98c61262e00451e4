import type { ServiceClientOptions } from "@cloudhaul/core-auth";

/** Options of {@link createDbssReportsClient}. */
export type DbssReportsClientOptions = ServiceClientOptions;

/** What to download. */
export interface DownloadAuditReportInput {
  /** `instance_id`: the audit instance. 32 to 64 characters. */
  readonly instanceId: string;
  /** `id`: the report. 16 to 64 characters. */
  readonly reportId: string;
  /** `local`: the report's language. Default: the service's, `en-us`. */
  readonly language?: "en-us" | "zh-cn" | undefined;
}
