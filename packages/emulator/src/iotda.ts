import { gatewayRefusal, gatewayUnauthenticated, jsonAnswer } from "./answers.ts";
import { fileAnswer } from "./file-answer.ts";
import { batchTaskStatuses, batchTaskTypes, type IotdaBatchTask } from "./iotda-batch-tasks.ts";
import { type Page, pageFields, pageOf } from "./iotda-pages.ts";
import type { IotdaConditions, IotdaExportTask } from "./iotda-store.ts";
import {
  choice,
  type Field,
  type Fields,
  faultOf,
  parseJson,
  queryValues,
  required,
  type Values,
} from "./request-fields.ts";
import type { Route, RouteContext, RouteHandler, Service } from "./route.ts";

const exportTasks = "/v5/iot/{project_id}/export-tasks";
const batchTasks = "/v5/iot/{project_id}/batchtasks";

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
    ofInstance("POST", exportTasks, createExportTask),
    ofInstance("GET", exportTasks, listExportTasks),
    ofInstance("DELETE", `${exportTasks}/{export_task_id}`, deleteExportTask),
    ofInstance("GET", `${exportTasks}/{export_task_id}/file`, downloadExportFile),
    ofInstance("GET", batchTasks, listBatchTasks),
    ofInstance("GET", `${batchTasks}/{task_id}`, showBatchTask),
  ],
};

/** A route that the header `Instance-Id` belongs to. */
function ofInstance(method: Route["method"], path: string, handle: RouteHandler): Route {
  return {
    method,
    path,
    auth: "signed",
    handle(request, context) {
      const { store, variants } = context.state;
      const given = request.headers.get("instance-id");
      return variants.iotda.instanceId === "required" && given !== store.iotda.instanceId
        ? invalid(given === null ? "Instance-Id is required" : "Instance-Id is invalid")
        : handle(request, context);
    },
  };
}

const id: Field = { is: "text", pattern: /^[0-9a-f]{1,24}$/ };
const appId: Field = { is: "text", pattern: /^[\w-]{1,36}$/ };

const createFields: Fields = {
  resource_type: required(choice("BatchTask")),
  resource_condition: required({ is: "object" }),
  export_format: choice("xls"),
  app_type: choice("GLOBAL", "APP"),
  app_id: appId,
};

/** @see https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html */
async function createExportTask(_request: Request, context: RouteContext): Promise<Response> {
  const json = parseJson(new TextDecoder().decode(await context.wire.body()));
  if (typeof json !== "object" || json === null)
    return refusal(400, "IOTDA.000008", "The body is no JSON object.");
  const body = json as Values;
  const condition = body.resource_condition as Values;
  const fault = faultOf(createFields, body) ?? faultOf({ task_id: required(id) }, condition);
  if (fault) return invalid(fault);
  const { store, variants } = context.state;
  const batchTaskId = String(condition.task_id);
  if (variants.iotda.unknownBatchTask === "refused" && !store.iotda.batchTasks.has(batchTaskId)) {
    return invalid("The batch task does not exist");
  }
  const { app_type, app_id } = body as {
    readonly app_type?: IotdaConditions["appType"];
    readonly app_id?: string;
  };
  const task = store.iotda.startExport({ batchTaskId, appType: app_type ?? "GLOBAL", appId: app_id });
  return task ? jsonAnswer(201, writeExportTask(task)) : sixthTasks[variants.iotda.sixthTask]();
}

const sixthTasks = {
  forbidden: () => refusal(403, "IOTDA.021102", "5 export tasks are unfinished."),
  "bad-request": () => invalid("5 export tasks are unfinished"),
};

function writeExportTask(task: IotdaExportTask): unknown {
  return {
    export_task_id: task.exportTaskId,
    resource_type: "BatchTask",
    resource_condition: { task_id: task.batchTaskId },
    export_format: "xls",
    status: task.status,
    // The records of the file that an export makes unless a test plans another.
    export_count: task.status === "Success" ? 16 : 0,
    progress: task.progress,
    create_time: task.createTime.toISOString(),
    end_time: task.endTime?.toISOString(),
    app_type: task.appType,
    app_id: task.appId,
  };
}

const listFields: Fields = {
  ...pageFields,
  resource_type: required(choice("BatchTask")),
  resource_condition: { is: "json" },
  app_type: choice("GLOBAL", "APP"),
  app_id: appId,
};

/** @see https://support.huaweicloud.com/intl/en-us/api-iothub/ListExportTasks.html */
function listExportTasks(_request: Request, { state, query }: RouteContext): Response {
  const values = queryValues(listFields, query);
  const refused = refuseQuery(listFields, values);
  if (refused) return refused;
  const { absentAppType } = state.variants.iotda;
  const wanted = values.app_type ?? (absentAppType === "global" ? "GLOBAL" : undefined);
  const condition = parseJson(String(values.resource_condition ?? "{}")) as Values;
  const matching = state.store.iotda
    .listExportTasks()
    .filter(
      ({ batchTaskId, appType, appId: app }) =>
        (condition.task_id ?? batchTaskId) === batchTaskId &&
        (wanted ?? appType) === appType &&
        (values.app_id ?? app) === app,
    );
  const { items, page } = pageOf(matching, (task) => task.exportTaskId, values as Page);
  return jsonAnswer(200, { export_tasks: items.map(writeExportTask), page });
}

function deleteExportTask(_request: Request, { state, params }: RouteContext): Response {
  const deleted = state.store.iotda.deleteExportTask(params.export_task_id ?? "");
  return deleted ? new Response(null, { status: 204 }) : unknownTask();
}

function downloadExportFile(request: Request, context: RouteContext): Response {
  const { store, variants } = context.state;
  const exportTaskId = context.params.export_task_id ?? "";
  const task = store.iotda.listExportTasks().find((listed) => listed.exportTaskId === exportTaskId);
  const file = store.iotda.exportTasks.get(exportTaskId);
  if (!task) return unknownTask();
  if (!file) return unfinished[variants.iotda.unfinishedDownload]();
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

/** No document gives the code for an export task that does not exist; the status is the documented one. */
const unknownTask = (): Response => refusal(404, "IOTDA.014016", "The export task does not exist.");

/** Nor for one that has not ended, or not well. */
const unfinished = {
  "not-found": unknownTask,
  forbidden: () => refusal(403, "IOTDA.014017", "The export task is not finished."),
  "bad-request": () => invalid("The export task is not finished"),
};

const batchFields: Fields = {
  ...pageFields,
  task_type: required(choice(...batchTaskTypes)),
  status: choice(...batchTaskStatuses),
  app_id: appId,
};

/** @see https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0028.html */
function listBatchTasks(_request: Request, { state, query }: RouteContext): Response {
  const values = queryValues(batchFields, query);
  const refused = refuseQuery(batchFields, values);
  if (refused) return refused;
  const matching = [...state.store.iotda.batchTasks.values()].filter(
    ({ taskType, status, appId: app }) =>
      taskType === values.task_type && (values.status ?? status) === status && (values.app_id ?? app) === app,
  );
  matching.sort((a, b) => (a.taskId < b.taskId ? 1 : -1));
  const { items, page } = pageOf(matching, (task) => task.taskId, values as Page);
  return jsonAnswer(200, { batchtasks: items.map(writeBatchTask), page });
}

/** @see https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0017.html */
function showBatchTask(_request: Request, { state, params }: RouteContext): Response {
  const task = state.store.iotda.batchTasks.get(params.task_id ?? "");
  if (!task) return refusal(404, "IOTDA.014005", "The batch task does not exist.");
  return jsonAnswer(200, { batchtask: writeBatchTask(task), task_details: [], page: { count: 0 } });
}

/** Its time is written in another way than an export task's. */
function writeBatchTask({ taskId, taskName, taskType, status, createTime }: IotdaBatchTask): unknown {
  const create_time = createTime.toISOString().replace(/[-:]|\.\d+/g, "");
  return { task_id: taskId, task_name: taskName, task_type: taskType, status, create_time };
}

function refuseQuery(fields: Fields, values: Values): Response | undefined {
  const fault = faultOf(fields, values);
  if (!fault) return undefined;
  return fault.startsWith("limit ")
    ? refusal(400, "IOTDA.000017", "The limit is out of range.")
    : invalid(fault);
}

function invalid(fault: string): Response {
  return refusal(400, "IOTDA.000006", `Invalid input: ${fault}.`);
}

function refusal(status: number, code: string, message: string): Response {
  return jsonAnswer(status, { error_code: code, error_msg: message });
}
