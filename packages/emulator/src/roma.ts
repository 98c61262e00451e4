import { jsonAnswer } from "./answers.ts";
import { fileAnswer } from "./file-answer.ts";
import { pageOf } from "./paging.ts";
import { choice, type Fields, faultOf, queryValues, text, type Values, whole } from "./request-fields.ts";
import { asObject, jsonObject } from "./request-json.ts";
import type { RomaJob, RomaReason, RomaStore } from "./roma-store.ts";
import type { Route, RouteContext, Service } from "./route.ts";
import type { TaskPhase } from "./running-task.ts";
import type { RomaVariants } from "./variants.ts";

const inInstance = "/v2/{project_id}/instances/{instance_id}";
const get = (path: string, handle: Route["handle"]): Route => ({
  method: "GET",
  path,
  auth: "signed",
  handle,
});

/**
 * ROMA Connect: even a missing proof of identity is answered with 400.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-roma/ErrorCode_server.html
 */
export const roma: Service = {
  name: "roma",
  unauthenticated: (message, context) => refusal("ROMA.1002", message, context),
  wrongProject: (context) => refusal("ROMA.1006", "The project is not yours.", context),
  routes: [
    get("/v2/{project_id}/instances", listInstances),
    get(`${inInstance}/apps`, listApps),
    get("/v2/{project_id}/fdi/instances/{instance_id}/tasks", listFdiTasks),
    { method: "POST", path: `${inInstance}/assets/export`, auth: "signed", handle: exportAsset },
    get(`${inInstance}/assets/jobs/{job_id}`, checkAssetJobStatus),
    get(`${inInstance}/assets/archives/{archive_id}`, downloadAssetArchive),
  ],
};

const paging: Fields = { offset: whole(0), limit: whole(1, 999) };
const usualLimit = 10;

const instanceFilters: Fields = {
  ...paging,
  // The last is the vendor's own spelling.
  status: choice(
    ...["CREATING", "CREATE_FAILED", "ERROR", "RUNNING", "FREEZING", "FROZEN", "DELETING", "DELETE_FALIED"],
  ),
};

/** @see https://support.huaweicloud.com/intl/en-us/api-roma/CheckRomaInstanceListV2.html */
function listInstances(_: Request, context: RouteContext): Response {
  const { state } = context;
  return list("instances", instanceFilters, context, ({ status }) =>
    [...state.store.roma.instances.values()]
      .filter((instance) => instance.status === (status ?? instance.status))
      .map(({ instanceId: id, ...about }) => ({ id, ...about, project_id: state.projectId })),
  );
}

/** @see https://support.huaweicloud.com/intl/en-us/api-roma/ListRomaApp.html */
function listApps(_: Request, context: RouteContext): Response {
  if (!hasInstance(context)) return unknownInstance(context);
  const { state, params } = context;
  return list("apps", { ...paging, name: text() }, context, ({ name = "" }) =>
    [...state.store.roma.apps.values()]
      .filter((app) => app.instanceId === params.instance_id && app.name.includes(String(name)))
      .map((app) => ({ id: app.appId, name: app.name, owner: state.user.name, status: 0, key: app.key })),
  );
}

const fdiTaskFilters: Fields = {
  ...paging,
  task_id: text(),
  name: text(),
  status: choice("0", "1"),
  task_type: choice("realtime", "timing"),
};

/** @see https://support.huaweicloud.com/intl/en-us/api-roma/ListTasks.html */
function listFdiTasks(_: Request, context: RouteContext): Response {
  if (!hasInstance(context)) return unknownInstance(context);
  const { state, params } = context;
  return list("entities", fdiTaskFilters, context, ({ name = "", ...asked }) =>
    [...state.store.roma.fdiTasks.values()]
      .filter((task) => task.instanceId === params.instance_id && task.name.includes(String(name)))
      .filter((task) => task.taskId === (asked.task_id ?? task.taskId))
      .filter((task) => task.status === (asked.status ?? task.status))
      .filter((task) => task.type === (asked.task_type ?? task.type))
      .map(({ taskId: task_id, name: task_name, type: task_type, status }) => ({
        ...{ task_id, task_name, task_type, status: Number(status) },
      })),
  );
}

/** One page, which is told with the number of all. */
function list(
  name: string,
  fields: Fields,
  context: RouteContext,
  find: (query: Values) => readonly unknown[],
): Response {
  const query = queryValues(fields, context.query);
  const fault = faultOf(fields, query);
  if (fault) return refusal("ROMA.13000", fault, context);
  const found = find(query);
  const page = pageOf(found, query, usualLimit);
  return jsonAnswer(200, { total: found.length, size: page.length, [name]: page });
}

/** What one job may export at most, of applications and tasks together. */
const mostAssets = 100;

/** @see https://support.huaweicloud.com/intl/en-us/api-roma/ExportAsset.html */
async function exportAsset(_: Request, context: RouteContext): Promise<Response> {
  const { state, params } = context;
  const { roma } = state.store;
  const body = await jsonObject(context);
  const [apps, given] = [idsOf(body?.apps), body?.tasks];
  const tasks = given === undefined && state.variants.roma.tasksField === "optional" ? [] : idsOf(given);
  if (!body || !apps) return refusal("ROMA.13000", "apps is needed: a list of {id}.", context);
  if (!tasks) return refusal("ROMA.13000", "tasks is needed: a list of {id}.", context);
  const assets = apps.length + tasks.length;
  if (assets < 1 || assets > mostAssets)
    return refusal("ROMA.13000", `There must be 1 to ${mostAssets} apps and tasks.`, context);
  if (!hasInstance(context)) return unknownInstance(context);
  if ([...roma.jobs.values()].some((job) => job.phase() === "running"))
    return refusal("ROMA.10012", "A task of asset management is running.", context);
  const instanceId = params.instance_id ?? "";
  const missing = missingAssets(roma, { instanceId, apps, tasks });
  if (missing[0] && state.variants.roma.unknownAsset === "refused")
    return refusal(missing[0].errorCode, missing[0].errorMsg, context);
  return jsonAnswer(200, { job_id: roma.startExport({ instanceId, reasons: missing }).jobId });
}

function idsOf(value: unknown): readonly string[] | undefined {
  const ids: readonly unknown[] = Array.isArray(value)
    ? value.map((item) => asObject(item)?.id)
    : [undefined];
  return ids.every((id) => typeof id === "string") ? ids : undefined;
}

function missingAssets(
  roma: RomaStore,
  asked: { readonly instanceId: string; readonly apps: readonly string[]; readonly tasks: readonly string[] },
): readonly RomaReason[] {
  const isIn = (asset: { readonly instanceId: string } | undefined): boolean =>
    asset?.instanceId === asked.instanceId;
  const apps = asked.apps.filter((id) => !isIn(roma.apps.get(id)));
  const tasks = asked.tasks.filter((id) => !isIn(roma.fdiTasks.get(id)));
  const reason = (resourceType: RomaReason["resourceType"], errorCode: string) => (resourceName: string) => ({
    ...{
      resourceType,
      resourceName,
      errorCode,
      errorMsg: `The ${resourceType} ${resourceName} is not yours.`,
    },
  });
  return [...apps.map(reason("application", "ROMA.12001")), ...tasks.map(reason("task", "ROMA.13000"))];
}

const statuses: Readonly<Record<TaskPhase, string>> = {
  running: "RUNNING",
  succeeded: "SUCCEEDED",
  failed: "FAILED",
};

/** @see https://support.huaweicloud.com/intl/en-us/api-roma/CheckAssetJobStatus.html */
function checkAssetJobStatus(_: Request, context: RouteContext): Response {
  const { state, params } = context;
  const job = state.store.roma.jobs.get(params.job_id ?? "");
  if (!job || job.instanceId !== params.instance_id)
    return refusal("ROMA.13000", "The job does not exist.", context);
  const { reasonField, statusCase, times } = state.variants.roma;
  const [phase, write] = [job.phase(), timesOf[times]];
  const status = statuses[phase];
  return jsonAnswer(200, {
    id: job.jobId,
    type: "exportAsset",
    status: statusCase === "upper" ? status : `${status[0]}${status.slice(1).toLowerCase()}`,
    [reasonField]: phase === "failed" ? reasonsOf(job) : [],
    progress_percent: job.progress(),
    ...(phase === "succeeded" ? { archive_id: job.archiveId } : {}),
    begin_time: write(job.startedAt),
    ...(phase === "running" ? {} : { end_time: write(job.endsAt) }),
  });
}

const timesOf: Readonly<Record<RomaVariants["times"], (date: Date) => string | number>> = {
  text: (date) => date.toISOString().replace(/\.\d+Z$/, "Z"),
  number: (date) => date.getTime(),
};

function reasonsOf({ plan, reasons }: RomaJob): readonly unknown[] {
  const planned: RomaReason = {
    resourceType: "application",
    resourceName: "application",
    errorCode: "ROMA.10010",
    errorMsg: plan.reason ?? "Failed to create the task.",
  };
  return (reasons.length > 0 ? reasons : [planned]).map((reason) => ({
    resource_type: reason.resourceType,
    resource_name: reason.resourceName,
    error_code: reason.errorCode,
    error_msg: reason.errorMsg,
  }));
}

/** The archive is gone once its download has begun, whatever becomes of the connection. */
function downloadAssetArchive(request: Request, context: RouteContext): Response {
  const { state, params } = context;
  const archive = state.store.roma.takeArchive({
    instanceId: params.instance_id ?? "",
    archiveId: params.archive_id ?? "",
  });
  if (archive === "taken before" && state.variants.roma.secondAnswer === "empty") {
    return new Response(null, { status: 200, headers: { "content-length": "0" } });
  }
  if (archive === undefined || archive === "taken before") {
    return refusal("ROMA.13000", "The archive does not exist.", context);
  }
  return fileAnswer(request, archive, state.variants.roma);
}

function hasInstance({ state, params }: RouteContext): boolean {
  return state.store.roma.instances.has(params.instance_id ?? "");
}

const unknownInstance = (context: RouteContext): Response =>
  refusal("ROMA.00110002", "The instance does not exist.", context);

const refusals: Readonly<Record<string, readonly [status: number, message: string]>> = {
  "ROMA.00110002": [500, "The instance does not exist."],
  "ROMA.1002": [400, "Incorrect token."],
  "ROMA.1006": [403, "No permission."],
  "ROMA.10012": [400, "A task of asset management is already running."],
  "ROMA.12001": [400, "No permission on the application."],
  "ROMA.13000": [400, "Invalid parameters."],
};

function refusal(code: string, details: string, context: RouteContext): Response {
  const [status, message] = refusals[code] ?? [400, "Failed."];
  return jsonAnswer(status, {
    error_code: code,
    error_msg: message,
    error_details: details,
    request_id: context.requestId,
  });
}
