import type { Operation, OperationParameter } from "@cloudhaul/core-http";

const pages = "https://support.huaweicloud.com/intl/en-us/api-iothub";
const exportTasks = "/v5/iot/{project_id}/export-tasks";
const batchTasks = "/v5/iot/{project_id}/batchtasks";

const instanceId: OperationParameter = { in: "header", name: "Instance-Id", maxLength: 256 };
const exportTaskId: OperationParameter = {
  in: "path",
  name: "export_task_id",
  required: true,
  maxLength: 256,
};
/** The one value there is. Some pages write `BatchTasks`, which the service does not know. */
const resourceType: Omit<OperationParameter, "in"> = {
  name: "resource_type",
  values: ["BatchTask"],
  default: "BatchTask",
};
const appType = { name: "app_type", values: ["GLOBAL", "APP"] };
const appId = { name: "app_id", maxLength: 36 };
const paging: Readonly<Record<"limit" | "marker", OperationParameter>> = {
  limit: { in: "query", name: "limit", type: "integer", min: 1, max: 50, default: 50 },
  marker: { in: "query", name: "marker" },
};

type Name =
  | "createExportTask"
  | "listExportTasks"
  | "deleteExportTask"
  | "downloadExportFile"
  | "listBatchTasks"
  | "getBatchTask";

/** The operations of IoTDA that this package calls. There is none that shows one export task: it is listed. */
export const operations: Readonly<Record<Name, Operation>> = {
  /**
   * Permission: `iotda:exporttasks:create`. The same conditions overwrite the earlier file; a user has 50 tasks at most, of
   * which 5 may be unfinished.
   */
  createExportTask: {
    name: "CreateExportTask",
    method: "POST",
    path: exportTasks,
    parameters: {
      instanceId,
      resourceType: { in: "body", ...resourceType },
      taskId: { in: "body", name: "resource_condition.task_id", required: true, maxLength: 24 },
      exportFormat: { in: "body", name: "export_format", values: ["xls"] },
      appType: { in: "body", ...appType },
      appId: { in: "body", ...appId },
    },
    repeat: "never",
    source: `${pages}/CreateExportTask.html`,
  },
  /** Permission: `iotda:exporttasks:queryList`. Newest first. */
  listExportTasks: {
    name: "ListExportTasks",
    method: "GET",
    path: exportTasks,
    parameters: {
      instanceId,
      resourceType: { in: "query", ...resourceType },
      // An object when a task is created, a text of JSON here.
      resourceCondition: { in: "query", name: "resource_condition", type: "object", as: "json" },
      appType: { in: "query", ...appType },
      appId: { in: "query", ...appId },
      ...paging,
    },
    repeat: "safe",
    source: `${pages}/ListExportTasks.html`,
  },
  deleteExportTask: {
    name: "DeleteExportTask",
    method: "DELETE",
    path: `${exportTasks}/{export_task_id}`,
    parameters: { instanceId, exportTaskId },
    repeat: "safe",
    source: `${pages}/DeleteExportTask.html`,
  },
  /** Permission: `iotda:exporttasks:query`. At most one download in 30 seconds for each user. */
  downloadExportFile: {
    name: "ShowExportTask", // misleading, but the official SDKs' name for this download
    method: "GET",
    path: `${exportTasks}/{export_task_id}/file`,
    parameters: { exportTaskId, instanceId },
    repeat: "safe",
    fileName: "iotda-export-{exportTaskId}.zip",
    content: "zip", // "xls, always wrapped in a zip": export_format of CreateExportTask
    source: `${pages}/ShowExportTask.html`,
  },
  listBatchTasks: {
    name: "ListBatchTasks",
    method: "GET",
    path: batchTasks,
    parameters: {
      instanceId,
      taskType: { in: "query", name: "task_type", required: true },
      status: { in: "query", name: "status" },
      appId: { in: "query", ...appId },
      ...paging,
    },
    repeat: "safe",
    source: `${pages}/iot_06_v5_0028.html`,
  },
  getBatchTask: {
    name: "ShowBatchTask",
    method: "GET",
    path: `${batchTasks}/{task_id}`,
    parameters: { instanceId, taskId: { in: "path", name: "task_id", required: true, maxLength: 24 } },
    repeat: "safe",
    source: `${pages}/iot_06_v5_0017.html`,
  },
};
