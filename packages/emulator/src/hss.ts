import { randomUUID } from "node:crypto";
import { gatewayUnauthenticated, jsonAnswer } from "./answers.ts";
import { type FileToStore, fileAnswer, type StoredFile, storedFile } from "./file-answer.ts";
import type { RouteContext, Service } from "./route.ts";

/** The exports of the Host Security Service. */
export interface HssStore {
  /** Adds an exported file. `fileId` is made up unless given. */
  addFile(file: FileToStore & { readonly fileId?: string | undefined }): { readonly fileId: string };
  /** By file id. */
  readonly files: ReadonlyMap<string, StoredFile>;
}

/** An empty store. */
export function createHssStore(now: () => Date): HssStore {
  const files = new Map<string, StoredFile>();
  return {
    files,
    addFile({ fileId = randomUUID(), ...file }) {
      files.set(fileId, storedFile(file, now));
      return { fileId };
    },
  };
}

/**
 * HSS: all of its own refusals have status 400.
 *
 * @see https://support.huaweicloud.com/eu/api-hss2.0/ErrorCode.html
 */
export const hss: Service = {
  name: "hss",
  unauthenticated: gatewayUnauthenticated,
  wrongProject: (context) => refusal("HSS.0013", "Insufficient permissions.", context),
  routes: [
    {
      method: "GET",
      path: "/v5/{project_id}/download/{file_id}",
      auth: "signed",
      handle: downloadExportedFile,
    },
  ],
};

function downloadExportedFile(request: Request, context: RouteContext): Response {
  const { state, params } = context;
  const file = state.store.hss.files.get(params.file_id ?? "");
  if (!file) return refusal("HSS.0011", "The requested resource is not found.", context);
  return fileAnswer(request, file, state.variants.hss);
}

function refusal(code: string, message: string, context: RouteContext): Response {
  return jsonAnswer(400, { error_code: code, error_msg: message, request_id: context.requestId });
}
