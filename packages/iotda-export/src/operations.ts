import type { Operation } from "@cloudhaul/core-http";

/** The operations of IoTDA that this package calls. */
export const operations: Readonly<Record<"downloadExportFile", Operation>> = {
  /** Permission: `iotda:exporttasks:query`. At most one download in 30 seconds for each user. */
  downloadExportFile: {
    name: "ShowExportTask", // misleading, but the official SDKs' name for this download
    method: "GET",
    path: "/v5/iot/{project_id}/export-tasks/{export_task_id}/file",
    parameters: {
      exportTaskId: { in: "path", name: "export_task_id", required: true, maxLength: 256 },
      instanceId: { in: "header", name: "Instance-Id", maxLength: 256 },
    },
    repeat: "safe",
    fileName: "iotda-export-{exportTaskId}.zip",
    content: "zip", // "xls, always wrapped in a zip": export_format of CreateExportTask
    source: "https://support.huaweicloud.com/intl/en-us/api-iothub/ShowExportTask.html",
  },
};
