import type { Operation, OperationParameter } from "@cloudhaul/core-http";

const pages = "https://support.huaweicloud.com/intl/en-us/api-roma";
const instance = "/v2/{project_id}/instances/{instance_id}";

const instanceId: OperationParameter = { in: "path", name: "instance_id", required: true, maxLength: 64 };
const offset: OperationParameter = { in: "query", name: "offset", type: "integer", min: 0 };

/** Shows who has instances here; harmless, so it proves credentials and clock before the one download, too. */
const listInstances: Operation = {
  name: "CheckRomaInstanceListV2",
  method: "GET",
  path: "/v2/{project_id}/instances",
  parameters: { status: { in: "query", name: "status" }, offset },
  repeat: "safe",
  source: `${pages}/CheckRomaInstanceListV2.html`,
};

type Name =
  | "startAssetExport"
  | "getAssetJob"
  | "downloadAssetPackage"
  | "listInstances"
  | "listApps"
  | "listTasks";

/** The operations of ROMA Connect that this package calls. */
export const operations: Readonly<Record<Name, Operation>> = {
  /** At most 100 applications and tasks; one job for each user at a time, else `ROMA.10012`. */
  startAssetExport: {
    name: "ExportAsset",
    method: "POST",
    path: `${instance}/assets/export`,
    parameters: {
      instanceId,
      apps: { in: "body", name: "apps", type: "objects", required: true },
      // Optional in the official SDKs, mandatory on the newer page: always sent.
      tasks: { in: "body", name: "tasks", type: "objects", required: true },
    },
    repeat: "never",
    source: `${pages}/ExportAsset.html`,
  },
  getAssetJob: {
    name: "CheckAssetJobStatus",
    method: "GET",
    path: `${instance}/assets/jobs/{job_id}`,
    parameters: { instanceId, jobId: { in: "path", name: "job_id", required: true, maxLength: 64 } },
    repeat: "safe",
    source: `${pages}/CheckAssetJobStatus.html`,
  },
  /** "The asset package can be downloaded only once": the service deletes it. */
  downloadAssetPackage: {
    name: "DownloadAssetArchive",
    method: "GET",
    path: `${instance}/assets/archives/{archive_id}`,
    parameters: {
      instanceId,
      archiveId: { in: "path", name: "archive_id", required: true, maxLength: 64 },
    },
    repeat: "never",
    provedBy: listInstances,
    fileName: "roma-assets-{archiveId}.zip",
    content: "zip", // its counterpart, the import, takes nothing but .zip (ROMA.10013)
    source: `${pages}/DownloadAssetArchive.html`,
  },
  listInstances,
  listApps: {
    name: "ListRomaApp",
    method: "GET",
    path: `${instance}/apps`,
    parameters: { instanceId, name: { in: "query", name: "name" }, offset },
    repeat: "safe",
    source: `${pages}/ListRomaApp.html`,
  },
  listTasks: {
    name: "ListTasks",
    method: "GET",
    path: "/v2/{project_id}/fdi/instances/{instance_id}/tasks",
    parameters: {
      instanceId,
      name: { in: "query", name: "name" },
      type: { in: "query", name: "task_type", values: ["realtime", "timing"] },
      offset,
    },
    repeat: "safe",
    source: `${pages}/ListTasks.html`,
  },
};
