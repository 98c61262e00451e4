import { randomBytes } from "node:crypto";
import { gatewayRefusal, gatewayUnauthenticated, jsonAnswer } from "./answers.ts";
import { type FileToStore, fileAnswer, type StoredFile, storedFile } from "./file-answer.ts";
import type { RouteContext, Service } from "./route.ts";

/** The export tasks of IoT Device Access. */
export interface IotdaStore {
  /** Adds an export task that has ended well. `exportTaskId` is made up unless given. */
  addExportTask(file: FileToStore & { readonly exportTaskId?: string | undefined }): {
    readonly exportTaskId: string;
  };
  /** By export task id. */
  readonly exportTasks: ReadonlyMap<string, StoredFile>;
  /** Notes a download, and tells whether 30 seconds have gone by since the one before. */
  mayDownload(): boolean;
}

const downloadIntervalMs = 30_000;

/** An empty store. */
export function createIotdaStore(now: () => Date): IotdaStore {
  const exportTasks = new Map<string, StoredFile>();
  let lastDownloadAt = Number.NEGATIVE_INFINITY;
  return {
    exportTasks,
    addExportTask({ exportTaskId = randomBytes(12).toString("hex"), ...file }) {
      exportTasks.set(exportTaskId, storedFile(file, now));
      return { exportTaskId };
    },
    mayDownload() {
      if (now().getTime() - lastDownloadAt < downloadIntervalMs) return false;
      lastDownloadAt = now().getTime();
      return true;
    },
  };
}

/**
 * IoTDA: its refusals have no request id.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0018.html
 */
export const iotda: Service = {
  name: "iotda",
  unauthenticated: gatewayUnauthenticated,
  wrongProject: () => refusal(403, "IOTDA.000004", "Invalid access token."),
  routes: [
    {
      method: "GET",
      path: "/v5/iot/{project_id}/export-tasks/{export_task_id}/file",
      auth: "signed",
      handle: downloadExportFile,
    },
  ],
};

function downloadExportFile(request: Request, context: RouteContext): Response {
  const { store, variants } = context.state;
  const file = store.iotda.exportTasks.get(context.params.export_task_id ?? "");
  // No document gives the code for an export task that does not exist; the status is the documented one.
  if (!file) return refusal(404, "IOTDA.014016", "The export task does not exist.");
  const interval = variants.iotda.downloadInterval;
  if (interval !== "unlimited" && !store.iotda.mayDownload()) {
    if (interval === "forbidden")
      return refusal(403, "IOTDA.021101", "The request rate has reached the upper limit.");
    const message =
      "The throttling threshold has been reached: policy user over ratelimit, limit:1, time:30 second";
    return gatewayRefusal(429, "APIGW.0308", message, context);
  }
  return fileAnswer(request, file, variants.iotda);
}

function refusal(status: number, code: string, message: string): Response {
  return jsonAnswer(status, { error_code: code, error_msg: message });
}
