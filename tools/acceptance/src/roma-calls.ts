import { zipContent } from "@cloudhaul/emulator";
import { createRomaAssetsClient } from "@cloudhaul/roma-assets";
import { type ComparedCall, comparedCalls, firstOf } from "./compared-call.ts";

const content = zipContent({ seed: "compared", bytes: 5000 });
const [instanceId, archiveId] = ["instance", "archive"];
const pathParams = { instance_id: instanceId };
const instance = "/v2/{project_id}/instances/{instance_id}";

/** Every operation of ROMA Connect. The vendor has no Node client of it: its clients of other languages name the same. */
export const romaCalls: readonly ComparedCall[] = comparedCalls(
  "roma",
  createRomaAssetsClient,
  ({ roma }) => {
    roma.addArchive({ instanceId, archiveId, content });
    roma.addApp({ instanceId, appId: "app" });
    roma.addTask({ instanceId, taskId: "task" });
    roma.addInstance({ instanceId: "other" });
    const { jobId } = roma.startExport({ instanceId: "other", reasons: [] });
    return { jobId };
  },
  {
    ExportAsset: [
      (roma) => roma.startAssetExport({ instanceId, apps: ["app"], tasks: ["task"] }),
      () => ({
        ...{ method: "POST", url: `${instance}/assets/export`, pathParams },
        data: { apps: [{ id: "app" }], tasks: [{ id: "task" }] },
      }),
    ],
    CheckAssetJobStatus: [
      (roma, { jobId }) => roma.getAssetJob({ instanceId: "other", jobId }),
      ({ jobId }) => ({
        ...{ method: "GET", url: `${instance}/assets/jobs/{job_id}` },
        pathParams: { instance_id: "other", job_id: jobId },
      }),
    ],
    DownloadAssetArchive: [
      (roma) =>
        roma.downloadAssetPackage({ instanceId, archiveId }).toBytes({ maxBytes: 1e6, acceptLoss: true }),
      () => ({
        ...{ method: "GET", url: `${instance}/assets/archives/{archive_id}` },
        pathParams: { ...pathParams, archive_id: archiveId },
      }),
    ],
    CheckRomaInstanceListV2: [
      (roma) => firstOf(roma.listInstances({ status: "RUNNING" })),
      () => ({
        ...{ method: "GET", url: "/v2/{project_id}/instances" },
        queryParams: { status: "RUNNING", offset: 0 },
      }),
    ],
    ListRomaApp: [
      (roma) => firstOf(roma.listApps({ instanceId, name: "app" })),
      () => ({
        ...{ method: "GET", url: `${instance}/apps`, pathParams },
        queryParams: { offset: 0, name: "app" },
      }),
    ],
    ListTasks: [
      (roma) => firstOf(roma.listTasks({ instanceId, name: "task", type: "timing" })),
      () => ({
        ...{ method: "GET", url: "/v2/{project_id}/fdi/instances/{instance_id}/tasks", pathParams },
        queryParams: { offset: 0, name: "task", task_type: "timing" },
      }),
    ],
  },
);
