import { jsonAnswer } from "./answers.ts";
import { badParameter } from "./dds-refusal.ts";
import type { DdsJob } from "./dds-store.ts";
import { offsetTime, readOffsetTime } from "./dds-time.ts";
import { pageOf } from "./paging.ts";
import { choice, type Fields, faultOf, queryValues, required, text, whole } from "./request-fields.ts";
import type { RouteContext } from "./route.ts";
import type { TaskPhase } from "./running-task.ts";

/** How long a job cannot be asked for. */
const newForMs = 3000;

/** Asks for one job by its id. */
export function showJobDetail(_: Request, context: RouteContext): Response {
  const { state, query } = context;
  const id = query.get("id");
  if (!id) return badParameter("id is required");
  const job = state.store.dds.jobs.get(id);
  const { newJob } = state.variants.dds;
  const isNew = job && state.now().getTime() < job.startedAt.getTime() + newForMs && newJob !== "shown";
  if (isNew && newJob === "empty") return jsonAnswer(200, { job: null });
  if (!job || isNew) return badParameter("The job does not exist");
  const { created_at, ended_at, instance_id, instance_name, ...about } = jobAnswer(job, context);
  const instance = { id: instance_id, name: instance_name };
  return jsonAnswer(200, { job: { ...about, created: created_at, ended: ended_at, instance } });
}

const filters: Fields = {
  start_time: required(text()),
  end_time: required(text()),
  status: choice("Running", "Completed", "Failed"),
  id: text(),
  name: text(),
  offset: whole(0),
  limit: whole(1, 100),
};

const longestSpanMs = 30 * 86_400_000;

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0301.html */
export function listTasks(_: Request, context: RouteContext): Response {
  const asked = queryValues(filters, context.query);
  const fault = faultOf(filters, asked);
  if (fault) return badParameter(fault);
  const [start, end] = [asked.start_time, asked.end_time].map((time) => readOffsetTime(String(time)));
  const span = (end?.getTime() ?? Number.NaN) - (start?.getTime() ?? Number.NaN);
  if (!start || !end || !(span > 0 && span <= longestSpanMs))
    return badParameter("start_time and end_time are yyyy-mm-ddThh:mm:ss+0000, at most 30 days apart");
  const is = (name: string, value: string): boolean => (asked[name] ?? value) === value;
  const found = [...context.state.store.dds.jobs.values()]
    .filter(({ startedAt }) => startedAt >= start && startedAt <= end)
    .map((job) => jobAnswer(job, context))
    .filter(({ id, name, status }) => is("id", id) && is("name", name) && is("status", status));
  return jsonAnswer(200, { jobs: pageOf(found, asked, 100), total_count: found.length });
}

const statuses: Readonly<Record<TaskPhase, string>> = {
  running: "Running",
  succeeded: "Completed",
  failed: "Failed",
};

/** The time of its end is there while it runs, too. */
function jobAnswer(job: DdsJob, { state }: RouteContext) {
  const phase = job.phase();
  const runs = phase === "running";
  return {
    id: job.jobId,
    name: job.name,
    instance_id: job.instanceId,
    instance_name: state.store.dds.instances.get(job.instanceId)?.name ?? "",
    status: statuses[phase],
    progress: runs ? `${Math.floor(job.progress() * 100)}%` : "",
    fail_reason: phase === "failed" ? (job.plan.reason ?? "The job failed.") : null,
    created_at: offsetTime(job.startedAt),
    ended_at: offsetTime(runs ? state.now() : job.endsAt),
  };
}
