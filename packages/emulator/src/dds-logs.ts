import { jsonAnswer } from "./answers.ts";
import { bytesContent } from "./content.ts";
import { kilobytes } from "./dds-backups.ts";
import { type DdsInstance, groupsOf } from "./dds-instances.ts";
import { badParameter, refusal } from "./dds-refusal.ts";
import type { DdsLogExport } from "./dds-store.ts";
import { type Fields, faultOf } from "./request-fields.ts";
import { jsonObject } from "./request-json.ts";
import type { RouteContext } from "./route.ts";
import { type RunningTask, startTask } from "./running-task.ts";
import type { EmulatorState } from "./state.ts";

type LogKind = "errorlog" | "slowlog";

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0096.html */
export function downloadErrorLog(_: Request, context: RouteContext): Promise<Response> {
  return downloadLogs("errorlog", context);
}

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0094.html */
export function downloadSlowLog(_: Request, context: RouteContext): Promise<Response> {
  return downloadLogs("slowlog", context);
}

const fields: Fields = { file_name_list: { is: "texts" }, node_id_list: { is: "texts" } };

/** The first call begins an export; the same call again tells how far it is, until its links are too old. */
async function downloadLogs(kind: LogKind, context: RouteContext): Promise<Response> {
  const { state, params } = context;
  const { dds } = state.store;
  const instance = dds.instances.get(params.instance_id ?? "");
  if (!instance) return refusal("DBS.200002");
  const body = (await jsonObject(context)) ?? {};
  const fault = faultOf(fields, body);
  if (fault) return badParameter(fault);
  const asked = {
    nodeIds: (body.node_id_list ?? []) as readonly string[],
    fileNames: (body.file_name_list ?? []) as readonly string[],
  };
  const nodes = nodesOf(kind, instance).filter(
    ({ id, fileName }) =>
      (asked.nodeIds.length === 0 || asked.nodeIds.includes(id)) &&
      (asked.fileNames.length === 0 || asked.fileNames.includes(fileName)),
  );
  if (nodes.length < Math.max(1, asked.nodeIds.length, asked.fileNames.length))
    return badParameter("node_id_list or file_name_list has what is not there");
  const key = [kind, instance.instanceId, ...nodes.map(({ id }) => id)].join("/");
  const known = dds.logExports.get(key);
  const current =
    known && !isOver(known, context)
      ? known
      : { task: startTask(dds.tasks.take(), state.now), hasFailed: false };
  const failed = current.task.phase() === "failed";
  // Told once: whoever asks again wants another try.
  dds.logExports.set(key, { ...current, hasFailed: failed });
  const list = nodes.map((node, index) => fileAnswer(node, current, failed && index > 0, context));
  const status = { running: "CREATING", succeeded: "FINISH", failed: "FAILED" }[current.task.phase()];
  return jsonAnswer(200, { list, status, count: list.length });
}

function isOver({ task, hasFailed }: DdsLogExport, { state }: RouteContext): boolean {
  return hasFailed || (task.phase() === "succeeded" && secondsLeft(task, state) <= 0);
}

/** Links count from the end of the export, not from the call. */
function secondsLeft({ endsAt }: RunningTask, { now, linkLifeSeconds }: EmulatorState): number {
  return Math.floor(endsAt.getTime() / 1000) + linkLifeSeconds - Math.floor(now().getTime() / 1000);
}

interface LogNode {
  readonly id: string;
  readonly name: string;
  readonly fileName: string;
}

/** Slow queries are logged by shards alone. */
function nodesOf(kind: LogKind, instance: DdsInstance): readonly LogNode[] {
  const isAsked = (type: string): boolean => kind === "errorlog" || (type !== "mongos" && type !== "config");
  const time = instance.createdAt.toISOString().slice(0, 19).replace(/\D/g, "");
  return groupsOf(instance)
    .filter(({ type }) => isAsked(type))
    .flatMap(({ nodes }) => nodes)
    .map(({ id, name }) => ({ id, name, fileName: `${id}_${kind}_${time}` }));
}

const logBucket = "ddslogs.cloudhaul";

/** One file of the list. Of an export that fails, the first file alone failed. */
function fileAnswer(
  node: LogNode,
  { task }: DdsLogExport,
  isSpared: boolean,
  { state }: RouteContext,
): unknown {
  const about = { node_name: node.name, file_name: node.fileName };
  const phase = isSpared ? "succeeded" : task.phase();
  if (phase !== "succeeded") {
    const status = phase === "running" ? "EXPORTING" : "FAILED";
    return { ...about, status, file_size: "0", file_link: "", update_at: state.now().getTime() };
  }
  const { obs } = state.store;
  const { content = bytesContent(Buffer.from(`${node.name} slow or wrong\n`.repeat(100))) } = task.plan;
  obs.put(logBucket, node.fileName, content, { lastModified: task.endsAt });
  return {
    ...about,
    status: "SUCCESS",
    file_size: String(kilobytes(content.bytes)),
    file_link: obs.link(logBucket, node.fileName, { expiresInSeconds: secondsLeft(task, state) }),
    update_at: task.endsAt.getTime(),
  };
}
