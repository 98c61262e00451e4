import { jsonAnswer } from "./answers.ts";
import { bytesContent } from "./content.ts";
import { fileAnswer } from "./file-answer.ts";
import type { MetastudioTask } from "./metastudio-store.ts";
import { pageOf } from "./paging.ts";
import { type Fields, faultOf, queryValues, text } from "./request-fields.ts";
import type { RouteContext, Service } from "./route.ts";
import type { TaskPhase } from "./running-task.ts";
import type { MetastudioVariants } from "./variants.ts";

const ies = "/v2/{project_id}/ies";

/**
 * MetaStudio: every refusal is a 400, a bad token too.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-metastudio/DownloadResultFile.html
 */
export const metastudio: Service = {
  name: "metastudio",
  unauthenticated: (message, context) => refusal("unauthenticated", `Invalid token: ${message}`, context),
  wrongProject: (context) => refusal("wrongProject", "The tenant does not match.", context),
  routes: [
    { method: "POST", path: `${ies}/export/{resource}`, auth: "signed", handle: exportResource },
    { method: "POST", path: `${ies}/import/{resource}`, auth: "signed", handle: importResource },
    { method: "GET", path: `${ies}/import/{resource}/template`, auth: "signed", handle: downloadTemplate },
    { method: "GET", path: `${ies}/task`, auth: "signed", handle: searchTask },
    { method: "GET", path: `${ies}/task/{id}`, auth: "signed", handle: showTask },
    { method: "DELETE", path: `${ies}/task/{id}`, auth: "signed", handle: deleteTask },
    { method: "GET", path: `${ies}/result/{id}`, auth: "signed", handle: downloadResultFile },
  ],
};

/** @see https://support.huaweicloud.com/intl/en-us/api-metastudio/ExportResource.html */
function exportResource(_: Request, context: RouteContext): Response {
  return startTask("export", context);
}

function startTask(kind: MetastudioTask["kind"], { state, params, query }: RouteContext): Response {
  const { taskId } = state.store.metastudio.startTask({
    kind,
    resource: params.resource,
    businessId: query.get("business_id") ?? undefined,
  });
  return jsonAnswer(200, {
    value: { "task-id": taskId, other: "success" }[state.variants.metastudio.exportValue],
  });
}

/** @see https://support.huaweicloud.com/intl/en-us/api-metastudio/ImportResource.html */
async function importResource({ headers }: Request, context: RouteContext): Promise<Response> {
  const form = await readForm(await context.wire.body(), headers.get("content-type") ?? "");
  if (!form) return refusal("invalidBody", "The body is no multipart/form-data.", context);
  if (typeof (form.get("file") ?? "") === "string")
    return refusal("invalid", "The part file is needed.", context);
  return startTask("import", context);
}

async function readForm(body: Uint8Array, contentType: string): Promise<FormData | undefined> {
  try {
    return await new Response(body, { headers: { "content-type": contentType } }).formData();
  } catch {
    return undefined;
  }
}

/** @see https://support.huaweicloud.com/intl/en-us/api-metastudio/DownloadTemplate.html */
function downloadTemplate(request: Request, { state, params }: RouteContext): Response {
  const content = bytesContent(Buffer.from(`${params.resource}\nquestion,answer\n`), {
    contentType: "text/csv",
    fileName: `${params.resource}-template.csv`,
  });
  return fileAnswer(request, { content, lastModified: new Date(0) }, state.variants.metastudio);
}

const searchFields: Fields = {
  resource: { is: "texts" },
  business_id: text(),
  begin_time: { is: "text", pattern: /^\d{1,16}$/ },
  end_time: { is: "text", pattern: /^\d{1,16}$/ },
};

/** What a list shows; no parameter asks for more. */
const shownTasks = 10;

/** @see https://support.huaweicloud.com/intl/en-us/api-metastudio/SearchTask.html */
function searchTask(_: Request, context: RouteContext): Response {
  const { state } = context;
  const asked = queryValues(searchFields, context.query);
  const fault = faultOf(searchFields, asked);
  if (fault) return refusal("invalid", fault, context);
  const { begin_time = 0, end_time = Number.POSITIVE_INFINITY } = asked;
  const found = [...state.store.metastudio.allTasks.values()].filter(
    ({ resource, businessId, startedAt }) => {
      const isAsked = (asked.resource as readonly string[] | undefined)?.includes(resource) ?? true;
      const isInTime = startedAt.getTime() >= Number(begin_time) && startedAt.getTime() <= Number(end_time);
      return isAsked && isInTime && businessId === (asked.business_id ?? businessId);
    },
  );
  if (state.variants.metastudio.taskOrder === "newest-first") found.reverse();
  const data = pageOf(found, {}, shownTasks).map((task) => taskAnswer(task, context));
  return jsonAnswer(200, { offset: 0, limit: shownTasks, count: found.length, data });
}

/** @see https://support.huaweicloud.com/intl/en-us/api-metastudio/ShowTask.html */
function showTask(_: Request, context: RouteContext): Response {
  const task = context.state.store.metastudio.allTasks.get(context.params.id ?? "");
  if (!task) return refusal("invalid", "The task does not exist.", context);
  return jsonAnswer(200, taskAnswer(task, context));
}

/** @see https://support.huaweicloud.com/intl/en-us/api-metastudio/DeleteTask.html */
function deleteTask(_: Request, context: RouteContext): Response {
  if (!context.state.store.metastudio.deleteTask(context.params.id ?? ""))
    return refusal("invalid", "The task does not exist.", context);
  return new Response(null, { status: 200, headers: { "content-length": "0" } });
}

const taskTypes: Readonly<Record<MetastudioTask["kind"], number>> = { import: 0, export: 1 };
const statusNumbers: Readonly<Record<TaskPhase, number>> = { running: 0, succeeded: 1, failed: 2 };
const statusWords: Readonly<Record<TaskPhase, string>> = {
  running: "processing",
  succeeded: "finished",
  failed: "failed",
};
const total = 10;

function taskAnswer(task: MetastudioTask, { state }: RouteContext): Readonly<Record<string, unknown>> {
  const { numbers, taskStatus } = state.variants.metastudio;
  const write = writers[numbers];
  const phase = task.phase();
  const status = { numbers: write(statusNumbers[phase]), words: statusWords[phase], none: undefined }[
    taskStatus
  ];
  return {
    resource: task.resource,
    task_name: `${task.kind} ${task.resource}`,
    begin_time: write(task.startedAt.getTime()),
    ...(phase === "running" ? {} : { end_time: write(task.endsAt.getTime()) }),
    task_type: write(taskTypes[task.kind]),
    operator: state.user.name,
    total_count: total,
    success_count: phase === "succeeded" ? total : 0,
    failure_count: phase === "failed" ? total : 0,
    task_status: status,
    task_id: task.taskId,
    user_id: state.userId,
  };
}

const writers: Readonly<Record<MetastudioVariants["numbers"], (value: number) => number | string>> = {
  numbers: (value) => value,
  texts: String,
};

/** @see https://support.huaweicloud.com/intl/en-us/api-metastudio/DownloadResultFile.html */
function downloadResultFile(request: Request, context: RouteContext): Response {
  const { state, params } = context;
  const { results, allTasks } = state.store.metastudio;
  const id = params.id ?? "";
  const result = results.get(id);
  if (result) return fileAnswer(request, result, state.variants.metastudio);
  const { unfinishedResult } = state.variants.metastudio;
  if (allTasks.get(id)?.phase() === "running" && unfinishedResult === "empty")
    return new Response(null, { status: 200, headers: { "content-length": "0" } });
  return refusal("notFound", "The file does not exist.", context);
}

/** By the list of errors, and by the operation's own page, which knows four. */
const codes = {
  unauthenticated: ["MSS.00010008", "MSS.000000004"],
  wrongProject: ["MSS.00010009", "MSS.000000004"],
  invalidBody: ["MSS.00000002", "MSS.000000003"],
  invalid: ["MSS.00000003", "MSS.000000003"],
  notFound: ["MSS.10001004", "MSS.000000001"],
} as const;

function refusal(why: keyof typeof codes, message: string, context: RouteContext): Response {
  const { errorCodes } = context.state.variants.metastudio;
  const code = codes[why][errorCodes === "eight-digits" ? 0 : 1];
  return jsonAnswer(400, { error_code: code, error_msg: message, request_id: context.requestId });
}
