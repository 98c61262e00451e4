import { randomUUID } from "node:crypto";
import { jsonAnswer } from "./answers.ts";
import { type FileToStore, fileAnswer, type StoredFile, storedFile } from "./file-answer.ts";
import type { RouteContext, Service } from "./route.ts";

/** The import and export results of MetaStudio. */
export interface MetastudioStore {
  /** Adds the result of a task. `taskId` is made up unless given. */
  addResult(file: FileToStore & { readonly taskId?: string | undefined }): { readonly taskId: string };
  /** By task id. */
  readonly results: ReadonlyMap<string, StoredFile>;
}

/** An empty store. */
export function createMetastudioStore(now: () => Date): MetastudioStore {
  const results = new Map<string, StoredFile>();
  return {
    results,
    addResult({ taskId = randomUUID(), ...file }) {
      results.set(taskId, storedFile(file, now));
      return { taskId };
    },
  };
}

/**
 * MetaStudio: every refusal is a 400, a bad token too.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-metastudio/DownloadResultFile.html
 */
export const metastudio: Service = {
  name: "metastudio",
  unauthenticated: (message, context) => refusal("MSS.00010008", `Invalid token: ${message}`, context),
  wrongProject: (context) => refusal("MSS.00010009", "The tenant does not match.", context),
  routes: [
    { method: "GET", path: "/v2/{project_id}/ies/result/{id}", auth: "signed", handle: downloadResultFile },
  ],
};

function downloadResultFile(request: Request, context: RouteContext): Response {
  const { state, params } = context;
  const result = state.store.metastudio.results.get(params.id ?? "");
  if (!result) return refusal("MSS.10001004", "The file does not exist.", context);
  return fileAnswer(request, result, state.variants.metastudio);
}

function refusal(code: string, message: string, context: RouteContext): Response {
  return jsonAnswer(400, { error_code: code, error_msg: message, request_id: context.requestId });
}
