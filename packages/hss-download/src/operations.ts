import type { Operation } from "@cloudhaul/core-http";
import { enterpriseProject, path, query, region, required, upTo, whole } from "./parameters.ts";

/** The ways to ask for an export task. All answer alike, and which tasks each of them knows is not documented. */
export type PollBy = "task" | "event" | "latest";

const reference = "https://support.huaweicloud.com/intl/en-us/api-hss2.0";

/** The operations of HSS that this package calls, apart from those that start exports: they are in `producers.ts`. */
export const operations: Readonly<
  Record<"downloadExportedFile" | "listOperationReports" | PollBy, Operation>
> = {
  /** Permission: identity policies ask for none (page of 2026-04-03); for roles and policies the page names none. */
  downloadExportedFile: {
    name: "ListDownloadExportedFile",
    method: "GET",
    path: "/v5/{project_id}/download/{file_id}",
    parameters: {
      fileId: path("file_id", required(upTo(64))),
      enterpriseProjectId: enterpriseProject,
      region,
    },
    repeat: "safe",
    fileName: "hss-export-{fileId}",
    content: "unknown", // a zip for vulnerabilities; not documented for the other exports
    source: `${reference}/ListDownloadExportedFile.html`,
  },
  task: {
    name: "ListQueryExportTask",
    method: "GET",
    path: "/v5/{project_id}/export-task/{task_id}",
    parameters: {
      taskId: path("task_id", required(upTo(64))),
      enterpriseProjectId: enterpriseProject,
      region,
    },
    repeat: "safe",
    source: `${reference}/ListQueryExportTask.html`,
  },
  event: {
    name: "ShowExportTask",
    method: "GET",
    path: "/v5/{project_id}/event/export-task/{task_id}",
    parameters: { taskId: path("task_id", required(upTo(64))), enterpriseProjectId: enterpriseProject },
    repeat: "safe",
    source: `${reference}/ShowExportTask.html`,
  },
  latest: {
    name: "ShowLatestExportTaskByType",
    method: "GET",
    path: "/v5/{project_id}/export-task",
    parameters: {
      taskId: query("task_id", required(upTo(64))),
      exportTaskType: query("export_task_type", upTo(64)),
      enterpriseProjectId: enterpriseProject,
    },
    repeat: "safe",
    source: `${reference}/ShowLatestExportTaskByType.html`,
  },
  listOperationReports: {
    name: "ListMonthlyOperationReports",
    method: "GET",
    path: "/v5/{project_id}/operational-report/reports",
    parameters: { offset: query("offset", whole(0, 2_000_000)), limit: query("limit", whole(10, 200)) },
    repeat: "safe",
    source: `${reference}/ListMonthlyOperationReports.html`,
  },
};
