import type { Operation, OperationParameter } from "@cloudhaul/core-http";

const pages = "https://support.huaweicloud.com/intl/en-us/api-metastudio";
const ies = "/v2/{project_id}/ies";

// The pages list `Authorization`, `X-Sdk-Date` and `X-Project-Id` as parameters, too: they are what signing adds.
const taskId: OperationParameter = { in: "path", name: "id", required: true, maxLength: 256 };
const resource: OperationParameter = { in: "path", name: "resource", required: true, maxLength: 256 };
const businessId: OperationParameter = { in: "query", name: "business_id", maxLength: 256 };

type Name =
  | "startExport"
  | "getTask"
  | "searchTasks"
  | "deleteTask"
  | "downloadResultFile"
  | "downloadTemplate";

/** The operations of MetaStudio that this package calls. */
export const operations: Readonly<Record<Name, Operation>> = {
  /** Without a body. Answers `value`, of which the page says "return result". */
  startExport: {
    name: "ExportResource",
    method: "POST",
    path: `${ies}/export/{resource}`,
    parameters: { resource, businessId },
    repeat: "never",
    source: `${pages}/ExportResource.html`,
  },
  getTask: {
    name: "ShowTask",
    method: "GET",
    path: `${ies}/task/{id}`,
    parameters: { taskId },
    repeat: "safe",
    source: `${pages}/ShowTask.html`,
  },
  /** Ten tasks at most; `offset` and `limit` are in the answer alone. */
  searchTasks: {
    name: "SearchTask",
    method: "GET",
    path: `${ies}/task`,
    parameters: {
      resources: { in: "query", name: "resource", type: "strings" },
      businessId,
      beginTime: { in: "query", name: "begin_time", type: "integer", min: 0 },
      endTime: { in: "query", name: "end_time", type: "integer", min: 0 },
    },
    repeat: "safe",
    source: `${pages}/SearchTask.html`,
  },
  deleteTask: {
    name: "DeleteTask",
    method: "DELETE",
    path: `${ies}/task/{id}`,
    parameters: { taskId },
    repeat: "safe",
    source: `${pages}/DeleteTask.html`,
  },
  downloadResultFile: {
    name: "DownloadResultFile",
    method: "GET",
    path: `${ies}/result/{id}`,
    parameters: { taskId },
    repeat: "safe",
    fileName: "metastudio-result-{taskId}",
    content: "unknown", // no document says
    source: `${pages}/DownloadResultFile.html`,
  },
  downloadTemplate: {
    name: "DownloadTemplate",
    method: "GET",
    path: `${ies}/import/{resource}/template`,
    parameters: { resource },
    repeat: "safe",
    fileName: "metastudio-template-{resource}",
    content: "unknown", // no document says
    source: `${pages}/DownloadTemplate.html`,
  },
};
