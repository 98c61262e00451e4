import { createDdsBackupClient } from "@cloudhaul/dds-backup";
import { lz4TarContent } from "@cloudhaul/emulator";
import { type ComparedCall, comparedCalls, firstOf } from "./compared-call.ts";

const content = lz4TarContent({ seed: "compared", bytes: 5000 });
const instanceId = "instance";
const backupId = "backup";
const backups = "/v3/{project_id}/backups";
const logs = "/v3/{project_id}/instances/{instance_id}";
const twoLists = { node_id_list: [], file_name_list: [] };
const logInput = { instanceId };

/** Every operation of DDS. */
export const ddsCalls: readonly ComparedCall[] = comparedCalls(
  "dds",
  createDdsBackupClient,
  ({ dds }) => {
    dds.addInstance({ instanceId, name: "orders (1)" });
    dds.addBackup({ instanceId, backupId, files: [{ name: "backup.tar.gz", content }] });
    dds.addInstance({ instanceId: "other" });
    const { jobId } = dds.startBackup({ instanceId: "other", name: "nightly", description: "" });
    return { jobId };
  },
  {
    ListInstances: [
      (dds) => firstOf(dds.listInstances({ instanceId, name: "*(1)", mode: "ReplicaSet" })),
      () => ({
        method: "GET",
        url: "/v3/{project_id}/instances",
        queryParams: { id: instanceId, name: "*(1)", mode: "ReplicaSet", offset: 0, limit: 100 },
      }),
    ],
    ListBackups: [
      (dds) =>
        firstOf(
          dds.listBackups({
            ...{ instanceId, type: "Manual", status: "COMPLETED", orderBy: "beginTime", order: "desc" },
            beginTime: new Date("2026-01-31T10:20:30Z"),
            endTime: new Date("2099-01-31T10:20:30Z"),
          }),
        ),
      () => ({
        method: "GET",
        url: backups,
        queryParams: {
          ...{ instance_id: instanceId, backup_type: "Manual", offset: 0, limit: 100 },
          ...{ begin_time: "2026-01-31 10:20:30", end_time: "2099-01-31 10:20:30" },
          ...{ order_field: "beginTime", order_rule: "desc", backup_status: "COMPLETED" },
        },
      }),
    ],
    CreateManualBackup: [
      (dds) => dds.createBackup({ instanceId, name: "before-upgrade", description: "zur Übung" }),
      () => ({
        method: "POST",
        url: backups,
        data: { backup: { instance_id: instanceId, name: "before-upgrade", description: "zur Übung" } },
      }),
    ],
    ShowJobDetail: [
      (dds, { jobId }) => dds.waitForBackup({ backupId, instanceId, jobId }),
      ({ jobId }) => ({ method: "GET", url: "/v3/{project_id}/jobs", queryParams: { id: jobId } }),
    ],
    DeleteManualBackup: [
      (dds) => dds.deleteBackup({ backupId }),
      () => ({ method: "DELETE", url: `${backups}/{backup_id}`, pathParams: { backup_id: backupId } }),
    ],
    ListBackupDownloadPolicy: [
      (dds) => dds.getDownloadPolicy(),
      () => ({ method: "GET", url: `${backups}/download-policy` }),
    ],
    ShowBackupDownloadLink: [
      (dds) => dds.getBackupDownloadLinks({ instanceId, backupId }),
      () => ({
        method: "GET",
        url: `${backups}/download-file`,
        queryParams: { instance_id: instanceId, backup_id: backupId },
      }),
    ],
    DownloadErrorlog: [
      (dds) => firstOf(dds.listErrorLogs(logInput)),
      () => ({
        ...{ method: "POST", url: `${logs}/errorlog-download` },
        ...{ pathParams: { instance_id: instanceId }, data: twoLists },
      }),
    ],
    DownloadSlowlog: [
      (dds) => firstOf(dds.listSlowLogs(logInput)),
      () => ({
        ...{ method: "POST", url: `${logs}/slowlog-download` },
        ...{ pathParams: { instance_id: instanceId }, data: twoLists },
      }),
    ],
  },
);
