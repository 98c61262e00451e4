import { zipContent } from "@cloudhaul/emulator";
import { createMetastudioIesClient } from "@cloudhaul/metastudio-ies";
import { type ComparedCall, comparedCalls } from "./compared-call.ts";

const content = zipContent({ seed: "compared", bytes: 5000 });
const ies = "/v2/{project_id}/ies";
const [taskId, resource, businessId] = ["task", "knowledge-intent-question-create", "skill"];

/** Every operation of MetaStudio. */
export const metastudioCalls: readonly ComparedCall[] = comparedCalls(
  "metastudio",
  createMetastudioIesClient,
  ({ metastudio }) => metastudio.addResult({ taskId, resource, businessId, content }),
  {
    ExportResource: [
      (metastudio) => metastudio.startExport({ resource, businessId }),
      () => ({
        ...{ method: "POST", url: `${ies}/export/{resource}`, pathParams: { resource } },
        queryParams: { business_id: businessId },
      }),
    ],
    ShowTask: [
      (metastudio) => metastudio.getTask({ taskId }),
      () => ({ method: "GET", url: `${ies}/task/{id}`, pathParams: { id: taskId } }),
    ],
    SearchTask: [
      (metastudio) =>
        metastudio.searchTasks({
          ...{ resources: [resource, "another one"], businessId },
          ...{ beginTime: new Date(1_760_000_000_000), endTime: new Date(4_000_000_000_000) },
        }),
      () => ({
        ...{ method: "GET", url: `${ies}/task` },
        queryParams: {
          ...{ resource: [resource, "another one"], business_id: businessId },
          ...{ begin_time: "1760000000000", end_time: "4000000000000" },
        },
      }),
    ],
    DeleteTask: [
      (metastudio) => metastudio.deleteTask({ taskId }),
      () => ({ method: "DELETE", url: `${ies}/task/{id}`, pathParams: { id: taskId } }),
    ],
    DownloadResultFile: [
      (metastudio) => metastudio.downloadResultFile({ taskId }).toBytes({ maxBytes: 1e6 }),
      () => ({ method: "GET", url: `${ies}/result/{id}`, pathParams: { id: taskId } }),
    ],
    DownloadTemplate: [
      (metastudio) => metastudio.downloadTemplate({ resource }).toBytes({ maxBytes: 1e6 }),
      () => ({ method: "GET", url: `${ies}/import/{resource}/template`, pathParams: { resource } }),
    ],
  },
);
