import { zipContent } from "@cloudhaul/emulator";
import { createIotdaExportClient } from "@cloudhaul/iotda-export";
import { type ComparedCall, comparedCalls, firstOf } from "./compared-call.ts";

const content = zipContent({ seed: "compared", bytes: 5000 });
const exportTasks = "/v5/iot/{project_id}/export-tasks";
const batchTasks = "/v5/iot/{project_id}/batchtasks";
const taskType = "createDevices";

/** Every operation of IoTDA, by the header of an instance. */
export const iotdaCalls: readonly ComparedCall[] = comparedCalls(
  "iotda",
  (options) => createIotdaExportClient({ ...options, downloadIntervalMs: 0 }),
  ({ iotda }) => {
    const { taskId } = iotda.addBatchTask({ taskType });
    const { exportTaskId } = iotda.addExportTask({ content, batchTaskId: taskId });
    return { taskId, exportTaskId, instanceId: iotda.instanceId };
  },
  {
    CreateExportTask: [
      (iotda, { taskId, instanceId }) =>
        iotda.createExportTask({ taskId, instanceId, appType: "APP", appId: "app" }),
      ({ taskId, instanceId }) => ({
        ...{ method: "POST", url: exportTasks, headers: { "Instance-Id": instanceId } },
        data: {
          ...{ resource_type: "BatchTask", resource_condition: { task_id: taskId } },
          ...{ app_type: "APP", app_id: "app" },
        },
      }),
    ],
    ListExportTasks: [
      (iotda, { taskId, instanceId }) =>
        firstOf(iotda.listExportTasks({ taskId, instanceId, appType: "GLOBAL" })),
      ({ taskId, instanceId }) => ({
        ...{ method: "GET", url: exportTasks, headers: { "Instance-Id": instanceId } },
        queryParams: {
          ...{ resource_type: "BatchTask", resource_condition: JSON.stringify({ task_id: taskId }) },
          ...{ limit: 50, app_type: "GLOBAL" },
        },
      }),
    ],
    DeleteExportTask: [
      (iotda, { exportTaskId, instanceId }) => iotda.deleteExportTask({ exportTaskId, instanceId }),
      ({ exportTaskId, instanceId }) => ({
        ...{ method: "DELETE", url: `${exportTasks}/{export_task_id}` },
        ...{ pathParams: { export_task_id: exportTaskId }, headers: { "Instance-Id": instanceId } },
      }),
    ],
    ShowExportTask: [
      (iotda, { exportTaskId, instanceId }) =>
        iotda.downloadExportFile({ exportTaskId, instanceId }).toBytes({ maxBytes: 1e6 }),
      ({ exportTaskId, instanceId }) => ({
        ...{ method: "GET", url: `${exportTasks}/{export_task_id}/file` },
        ...{ pathParams: { export_task_id: exportTaskId }, headers: { "Instance-Id": instanceId } },
      }),
    ],
    ListBatchTasks: [
      (iotda, { instanceId }) => firstOf(iotda.listBatchTasks({ taskType, instanceId, status: "Success" })),
      ({ instanceId }) => ({
        ...{ method: "GET", url: batchTasks, headers: { "Instance-Id": instanceId } },
        queryParams: { task_type: taskType, status: "Success", limit: 50 },
      }),
    ],
    ShowBatchTask: [
      (iotda, { taskId, instanceId }) => iotda.getBatchTask({ taskId, instanceId }),
      ({ taskId, instanceId }) => ({
        ...{ method: "GET", url: `${batchTasks}/{task_id}` },
        ...{ pathParams: { task_id: taskId }, headers: { "Instance-Id": instanceId } },
      }),
    ],
  },
);
