import { gatewayUnauthenticated } from "./answers.ts";
import { createManualBackup, deleteManualBackup, getDownloadLinks, listBackups } from "./dds-backups.ts";
import { listInstances } from "./dds-instances.ts";
import { listTasks, showJobDetail } from "./dds-jobs.ts";
import { downloadErrorLog, downloadSlowLog } from "./dds-logs.ts";
import { getDownloadPolicy, saveDownloadPolicy, updateDownloadPolicy } from "./dds-policy.ts";
import { refusal } from "./dds-refusal.ts";
import type { Route, Service } from "./route.ts";

const route = (line: string, handle: Route["handle"]): Route => {
  const [method, path = ""] = line.split(" ") as [Route["method"], string];
  return { method, path, auth: "signed", handle };
};

/**
 * DDS: its refusals have no request id.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_error_code.html
 */
export const dds: Service = {
  name: "dds",
  unauthenticated: gatewayUnauthenticated,
  wrongProject: () => refusal("DBS.200010"),
  routes: [
    route("GET /v3/{project_id}/instances", listInstances),
    route("GET /v3/{project_id}/backups", listBackups),
    route("POST /v3/{project_id}/backups", createManualBackup),
    route("GET /v3/{project_id}/backups/download-file", getDownloadLinks),
    route("GET /v3/{project_id}/backups/download-policy", getDownloadPolicy),
    route("POST /v3/{project_id}/backups/download-policy", saveDownloadPolicy),
    route("PUT /v3/{project_id}/backups/download-policy", updateDownloadPolicy),
    route("DELETE /v3/{project_id}/backups/{backup_id}", deleteManualBackup),
    route("GET /v3/{project_id}/jobs", showJobDetail),
    route("GET /v3.1/{project_id}/jobs", listTasks),
    route("POST /v3/{project_id}/instances/{instance_id}/errorlog-download", downloadErrorLog),
    route("POST /v3/{project_id}/instances/{instance_id}/slowlog-download", downloadSlowLog),
  ],
};
