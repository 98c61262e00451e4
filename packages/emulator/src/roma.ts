import { randomUUID } from "node:crypto";
import { jsonAnswer } from "./answers.ts";
import { type FileToStore, fileAnswer, type StoredFile, storedFile } from "./file-answer.ts";
import type { RouteContext, Service } from "./route.ts";

/** Where an archive is. */
export interface RomaArchiveId {
  readonly instanceId: string;
  readonly archiveId: string;
}

/** The asset archives of ROMA Connect, each of which is given once. */
export interface RomaStore {
  /** Adds an archive. Both ids are made up unless given. */
  addArchive(file: FileToStore & Partial<RomaArchiveId>): RomaArchiveId;
  /** Archives not yet downloaded, by `instanceId/archiveId`. */
  readonly archives: ReadonlyMap<string, StoredFile & RomaArchiveId>;
  /** Hands an archive out and forgets it. */
  takeArchive(id: RomaArchiveId): StoredFile | "taken before" | undefined;
}

/** An empty store. */
export function createRomaStore(now: () => Date): RomaStore {
  const archives = new Map<string, StoredFile & RomaArchiveId>();
  const taken = new Set<string>();
  return {
    archives,
    addArchive({ instanceId = randomUUID(), archiveId = randomUUID(), ...file }) {
      const key = `${instanceId}/${archiveId}`;
      archives.set(key, { ...storedFile(file, now), instanceId, archiveId });
      taken.delete(key);
      return { instanceId, archiveId };
    },
    takeArchive({ instanceId, archiveId }) {
      const key = `${instanceId}/${archiveId}`;
      const archive = archives.get(key) ?? (taken.has(key) ? "taken before" : undefined);
      if (archives.delete(key)) taken.add(key);
      return archive;
    },
  };
}

/**
 * ROMA Connect: even a missing proof of identity is answered with 400.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-roma/ErrorCode_server.html
 */
export const roma: Service = {
  name: "roma",
  unauthenticated: (message, context) => refusal(400, "ROMA.1002", "Incorrect token.", message, context),
  wrongProject: (context) =>
    refusal(403, "ROMA.1006", "No permission.", "The project is not yours.", context),
  routes: [
    {
      method: "GET",
      path: "/v2/{project_id}/instances",
      auth: "signed",
      handle: listInstances,
    },
    {
      method: "GET",
      path: "/v2/{project_id}/instances/{instance_id}/assets/archives/{archive_id}",
      auth: "signed",
      handle: downloadAssetArchive,
    },
  ],
};

/** One page, whatever is asked for: one instance for each that holds an archive. */
function listInstances(_: Request, { state }: RouteContext): Response {
  const ids = [...new Set([...state.store.roma.archives.values()].map(({ instanceId }) => instanceId))];
  const instances = ids.map((id) => ({ id, name: `roma-${id}`, status: "RUNNING" }));
  return jsonAnswer(200, { total: ids.length, size: ids.length, instances });
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
    return refusal(400, "ROMA.13000", "Invalid parameters.", "The archive does not exist.", context);
  }
  return fileAnswer(request, archive, state.variants.roma);
}

function refusal(
  status: number,
  code: string,
  message: string,
  details: string,
  context: RouteContext,
): Response {
  return jsonAnswer(status, {
    error_code: code,
    error_msg: message,
    error_details: details,
    request_id: context.requestId,
  });
}
