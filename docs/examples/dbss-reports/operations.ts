import type { Operation } from "@cloudhaul/core-http";

/** The operations of Database Security Service that this package calls. */
export const operations: Readonly<Record<"downloadAuditReport", Operation>> = {
  /** A PDF or a zip, as the report was asked for. */
  downloadAuditReport: {
    name: "DownloadAuditReport",
    method: "GET",
    path: "/v1/{project_id}/audit/{instance_id}/reports/{id}/download",
    parameters: {
      instanceId: { in: "path", name: "instance_id", required: true, maxLength: 64 },
      reportId: { in: "path", name: "id", required: true, maxLength: 64 },
      language: { in: "query", name: "local", values: ["en-us", "zh-cn"] },
    },
    repeat: "safe",
    fileName: "dbss-reports-{reportId}",
    source: "https://support.huaweicloud.com/intl/en-us/api-dbss/DownloadAuditReport.html",
  },
};
