import type { Operation, OperationParameter } from "@cloudhaul/core-http";

const docs = "https://support.huaweicloud.com/intl/en-us/api-dds";

const id = (place: "path" | "query", name: string, required: boolean): OperationParameter => ({
  ...{ in: place, name, required, maxLength: 64 },
});
const text = (name: string): OperationParameter => ({ in: "query", name, maxLength: 256 });
const choice = (name: string, ...values: readonly string[]): OperationParameter => ({
  ...{ in: "query", name, values },
});

/** Pages of a list. Services may cut them shorter than asked for. */
const paging: Readonly<Record<"offset" | "pageSize", OperationParameter>> = {
  offset: { in: "query", name: "offset", type: "integer", min: 0 },
  pageSize: { in: "query", name: "limit", type: "integer", min: 1, max: 100, default: 100 },
};

const logs: Readonly<Record<"instanceId" | "nodeIds" | "fileNames", OperationParameter>> = {
  instanceId: id("path", "instance_id", true),
  nodeIds: { in: "body", name: "node_id_list", type: "strings", default: [] },
  fileNames: { in: "body", name: "file_name_list", type: "strings", default: [] },
};

type Name =
  | "listInstances"
  | "listBackups"
  | "createBackup"
  | "getJob"
  | "deleteBackup"
  | "getDownloadPolicy"
  | "getBackupDownloadLinks"
  | "getErrorLogs"
  | "getSlowLogs";

/** The operations of DDS that this package calls. */
export const operations: Readonly<Record<Name, Operation>> = {
  /** Permission: `dds:instance:list`. */
  listInstances: {
    name: "ListInstances",
    method: "GET",
    path: "/v3/{project_id}/instances",
    parameters: {
      instanceId: id("query", "id", false),
      name: text("name"),
      mode: choice("mode", "Sharding", "ReplicaSet", "Single"),
      datastoreType: choice("datastore_type", "DDS-Community", "DDS-Enhanced"),
      vpcId: id("query", "vpc_id", false),
      subnetId: id("query", "subnet_id", false),
      ...paging,
    },
    repeat: "safe",
    source: `${docs}/dds_api_0023.html`,
  },
  /** Permission: `dds:backup:list`. Times hold a space, and are in UTC. */
  listBackups: {
    name: "ListBackups",
    method: "GET",
    path: "/v3/{project_id}/backups",
    parameters: {
      instanceId: id("query", "instance_id", false),
      backupId: id("query", "backup_id", false),
      type: choice("backup_type", "Auto", "Manual", "Incremental"),
      beginTime: text("begin_time"),
      endTime: text("end_time"),
      mode: choice("mode", "Sharding", "ReplicaSet", "Single"),
      status: choice("backup_status", "COMPLETED", "BUILDING", "FAILED"),
      name: text("backup_name"),
      description: text("backup_description"),
      instanceName: text("instance_name"),
      orderBy: choice("order_field", "name", "instanceName", "type", "datastoreType", "beginTime", "status"),
      order: choice("order_rule", "asc", "desc"),
      ...paging,
    },
    repeat: "safe",
    source: `${docs}/dds_api_0029.html`,
  },
  /** Permission: `dds:backup:create`. Sent once: a second one would make a second backup, or be refused for its name. */
  createBackup: {
    name: "CreateManualBackup",
    method: "POST",
    path: "/v3/{project_id}/backups",
    parameters: {
      instanceId: { in: "body", name: "backup.instance_id", required: true, maxLength: 64 },
      name: { in: "body", name: "backup.name", required: true, maxLength: 64 },
      description: { in: "body", name: "backup.description", maxLength: 256 },
    },
    repeat: "never",
    source: `${docs}/dds_api_0027.html`,
  },
  /** Permission: `dds:task:list`. A job can be asked for only some seconds after its id was given. */
  getJob: {
    name: "ShowJobDetail",
    method: "GET",
    path: "/v3/{project_id}/jobs",
    parameters: { jobId: id("query", "id", true) },
    repeat: "safe",
    source: "https://docs.otc.t-systems.com/document-database-service/api-ref/",
  },
  /** Permission: `dds:backup:delete`. Of manual backups only. */
  deleteBackup: {
    name: "DeleteManualBackup",
    method: "DELETE",
    path: "/v3/{project_id}/backups/{backup_id}",
    parameters: { backupId: id("path", "backup_id", true) },
    repeat: "safe",
    source: `${docs}/dds_api_0028.html`,
  },
  /** Permission: `dds:backup:getDownloadPolicy`. */
  getDownloadPolicy: {
    name: "ListBackupDownloadPolicy",
    method: "GET",
    path: "/v3/{project_id}/backups/download-policy",
    parameters: {},
    repeat: "safe",
    source: `${docs}/dds_api_0282.html`,
  },
  /** Permission: `dds:backup:download`. The page calls `instance_id` a path parameter; its own URI and every SDK send a query. */
  getBackupDownloadLinks: {
    name: "ShowBackupDownloadLink",
    method: "GET",
    path: "/v3/{project_id}/backups/download-file",
    parameters: {
      instanceId: id("query", "instance_id", true),
      backupId: id("query", "backup_id", true),
      language: { in: "header", name: "X-Language", values: ["en-us", "zh-cn"] },
    },
    repeat: "safe",
    content: "lz4", // of each file: `lz4 -d FILE | tar -xC DIR`, usermanual-dds/dds_03_0089
    source: `${docs}/dds_api_0059.html`,
  },
  /** Permission: `dds:instance:downloadErrorLog`. Sent again and again, until it says that the links are ready. */
  getErrorLogs: {
    name: "DownloadErrorlog",
    method: "POST",
    path: "/v3/{project_id}/instances/{instance_id}/errorlog-download",
    parameters: logs,
    repeat: "safe",
    source: `${docs}/dds_api_0096.html`,
  },
  /** Permission: `dds:instance:downloadSlowLog`. The same of slow queries. */
  getSlowLogs: {
    name: "DownloadSlowlog",
    method: "POST",
    path: "/v3/{project_id}/instances/{instance_id}/slowlog-download",
    parameters: logs,
    repeat: "safe",
    source: `${docs}/dds_api_0094.html`,
  },
};
