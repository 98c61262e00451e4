import { gatewayUnauthenticated, jsonAnswer } from "./answers.ts";
import { fileAnswer } from "./file-answer.ts";
import { type HssExport, hssExports } from "./hss-exports.ts";
import {
  type Fields,
  faultOf,
  parseJson,
  queryValues,
  required,
  text,
  type Values,
  whole,
} from "./request-fields.ts";
import type { Route, RouteContext, RouteHandler, Service } from "./route.ts";

const generic = "/v5/{project_id}/export-task";

/**
 * HSS: all of its own refusals have status 400.
 *
 * @see https://support.huaweicloud.com/eu/api-hss2.0/ErrorCode.html
 */
export const hss: Service = {
  name: "hss",
  unauthenticated: gatewayUnauthenticated,
  wrongProject: (context) => refusal("HSS.0013", context),
  routes: [
    get("/v5/{project_id}/download/{file_id}", downloadExportedFile),
    get(`${generic}/{task_id}`, pollAt("export-task")),
    get("/v5/{project_id}/event/export-task/{task_id}", pollAt("event/export-task")),
    get(generic, pollLatest),
    get("/v5/{project_id}/operational-report/reports", listMonthlyReports),
    ...hssExports.map(
      (started): Route => ({
        method: "POST",
        path: `/v5/{project_id}${started.path}`,
        auth: "signed",
        handle: (request, context) => startExport(started, request, context),
      }),
    ),
  ],
};

function get(path: string, handle: RouteHandler): Route {
  return { method: "GET", path, auth: "signed", handle };
}

/** Stands for every enterprise project that the user has a right to. */
const all = "all_granted_eps";

const enterpriseProject: Fields = { enterprise_project_id: text(256) };

function downloadExportedFile(request: Request, context: RouteContext): Response {
  const { state, params } = context;
  const file = state.store.hss.files.get(params.file_id ?? "");
  if (!file) return refusal("HSS.0011", context);
  return (
    refuseEnterpriseProject(context, file.enterpriseProjectId) ??
    fileAnswer(request, file, state.variants.hss)
  );
}

/** Whoever asks for no enterprise project asks for the default one, `0`. */
function askedFor({ query }: RouteContext): string {
  return query.get("enterprise_project_id") ?? "0";
}

/** `owner` is whose the thing is that is asked for; all that the user has a right to are asked for together. */
function refuseEnterpriseProject(context: RouteContext, owner = askedFor(context)): Response | undefined {
  const asked = askedFor(context);
  const fault = faultOf(enterpriseProject, queryValues(enterpriseProject, context.query));
  if (fault) return refusal("HSS.0001", context, fault);
  const { hss: store } = context.state.store;
  const allowed = (id: string): boolean => id === all || store.mayUse(id);
  return (asked === all || asked === owner) && allowed(asked) && allowed(owner)
    ? undefined
    : refusal("HSS.0013", context);
}

/** @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListQueryExportTask.html */
function pollAt(endpoint: PollEndpoint): RouteHandler {
  return (_request, context) => poll(endpoint, context.params.task_id ?? "", context);
}

function pollLatest(_request: Request, context: RouteContext): Response {
  const fields = { task_id: required(text(64)), export_task_type: text(64) };
  const fault = faultOf(fields, queryValues(fields, context.query));
  return fault
    ? refusal("HSS.0001", context, fault)
    : poll("export-task", context.query.get("task_id") ?? "", context);
}

type PollEndpoint = "export-task" | "event/export-task";

function poll(endpoint: PollEndpoint, taskId: string, context: RouteContext): Response {
  if (taskId.length > 64) return refusal("HSS.0001", context, "task_id is invalid");
  const { store, variants } = context.state;
  const task = store.hss.getTask(taskId);
  const own = task?.operation === "ExportEventRequest" ? "event/export-task" : "export-task";
  if (!task || (variants.hss.pollEndpoints === "own" && endpoint !== own))
    return refusal("HSS.0011", context);
  const { taskName, status, fileId, fileName, enterpriseProjectId } = task;
  return (
    refuseEnterpriseProject(context, enterpriseProjectId) ??
    jsonAnswer(200, {
      task_id: taskId,
      task_name: taskName,
      task_status: status,
      file_id: fileId,
      file_name: fileName,
    })
  );
}

async function startExport(started: HssExport, request: Request, context: RouteContext): Promise<Response> {
  const refused = refuseEnterpriseProject(context);
  if (refused) return refused;
  if (started.region && !request.headers.get("region"))
    return refusal("HSS.0001", context, "region is required");
  const json = parseJson(new TextDecoder().decode(await context.wire.body()));
  const query = queryValues(started.query ?? {}, context.query);
  const [fields, body] = bodyOf(started, json);
  if (!body) return refusal("HSS.0002", context);
  const fault = faultOf(started.query ?? {}, query) ?? faultOf(fields, body) ?? started.rule?.(query, body);
  if (fault) return refusal("HSS.0001", context, fault);
  const { hss: store } = context.state.store;
  if (started.reportOf && !store.monthlyReports.has(started.reportOf(body)))
    return refusal("HSS.0011", context);
  const enterpriseProjectId = askedFor(context);
  const { taskId } = store.startExport({ operation: started.operation, enterpriseProjectId });
  // The records of the file that an export makes unless a test plans another.
  return jsonAnswer(200, { task_id: taskId, ...(started.total ? { record_total_num: 16 } : {}) });
}

/** A body that is a bare list is looked at as the one field `body`. */
function bodyOf({ body: fields = {} }: HssExport, json: unknown): readonly [Fields, Values | undefined] {
  if (fields === "titles")
    return [{ body: required({ is: "titles" }) }, json === undefined ? undefined : { body: json }];
  const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
  return [fields, isObject ? (json as Values) : undefined];
}

/** @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListMonthlyOperationReports.html */
function listMonthlyReports(_request: Request, context: RouteContext): Response {
  const fields = { limit: whole(10, 200), offset: whole(0, 2_000_000) };
  const values = queryValues(fields, context.query);
  const fault = faultOf(fields, values);
  if (fault) return refusal("HSS.0001", context, fault);
  const { limit = 10, offset = 0 } = values as { readonly limit?: number; readonly offset?: number };
  const reports = [...context.state.store.hss.monthlyReports].sort().reverse();
  const data_list = reports.slice(offset, offset + limit).map((report_id) => {
    const [year = 0, month = 0] = report_id.split("-").map(Number);
    const [start, end] = [Date.UTC(year, month - 1), Date.UTC(year, month) - 1];
    return {
      report_id,
      current_month: month,
      current_month_start: start,
      current_month_end: end,
      create_time: end + 1,
    };
  });
  return jsonAnswer(200, { total_num: reports.length, data_list });
}

const messages = {
  "HSS.0001": "Invalid parameter.",
  "HSS.0002": "The request cannot be parsed.",
  "HSS.0011": "The requested resource is not found.",
  "HSS.0013": "Insufficient permissions.",
} as const;

function refusal(code: keyof typeof messages, context: RouteContext, fault?: string): Response {
  const message = fault === undefined ? messages[code] : `${messages[code]} ${fault}.`;
  return jsonAnswer(400, { error_code: code, error_msg: message, request_id: context.requestId });
}
