import type { Operation } from "@cloudhaul/core-http";

/** The operations of DDS that this package calls. */
export const operations: Readonly<Record<"getBackupDownloadLinks", Operation>> = {
  /** Permission: `dds:backup:download`. The page calls `instance_id` a path parameter; its own URI and every SDK send a query. */
  getBackupDownloadLinks: {
    name: "ShowBackupDownloadLink",
    method: "GET",
    path: "/v3/{project_id}/backups/download-file",
    parameters: {
      instanceId: { in: "query", name: "instance_id", required: true, maxLength: 64 },
      backupId: { in: "query", name: "backup_id", required: true, maxLength: 64 },
      language: { in: "header", name: "X-Language", values: ["en-us", "zh-cn"] },
    },
    repeat: "safe",
    content: "lz4", // of each file: `lz4 -d FILE | tar -xC DIR`, usermanual-dds/dds_03_0089
    source: "https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0059.html",
  },
};
