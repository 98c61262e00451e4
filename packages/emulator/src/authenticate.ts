import { verifyRequest } from "@cloudhaul/core-auth";
import type { RouteContext } from "./route.ts";

/** Refuses a request that does not prove who asks, or that asks for a project which is not the asker's. */
export async function refuseIdentity(request: Request, context: RouteContext): Promise<Response | undefined> {
  const { headers } = request;
  const { state, params, service } = context;
  const token = headers.get("x-auth-token");
  const verdict = token === null ? await checkSignature(request, context) : checkToken(token, context);
  if ("refused" in verdict) return service.unauthenticated(verdict.refused, context);
  const asked = [params.project_id, headers.get("x-project-id")];
  const own = asked.every((projectId) => (projectId ?? verdict.projectId) === verdict.projectId);
  const scoped = params.project_id === undefined || verdict.projectId === state.projectId;
  return own && scoped ? undefined : service.wrongProject(context);
}

type Verdict = { readonly projectId: string | undefined } | { readonly refused: string };

function checkToken(token: string, { state }: RouteContext): Verdict {
  const issued = state.store.iam.tokens.get(token);
  if (!issued) return { refused: "decrypt token fail" };
  if (issued.expiresAt <= state.now()) return { refused: "token expires" };
  return { projectId: issued.projectId };
}

async function checkSignature(request: Request, { state, wire }: RouteContext): Promise<Verdict> {
  const unsigned = request.headers.get("x-sdk-content-sha256") === "UNSIGNED-PAYLOAD";
  const { accessKeys } = state.store.iam;
  const verdict = verifyRequest(
    {
      method: request.method,
      url: wire.url,
      headers: Object.fromEntries(request.headers),
      ...(unsigned ? {} : { body: await wire.body() }),
    },
    {
      accessKey: (id) => (id === state.accessKey.accessKeyId ? state.accessKey : accessKeys.get(id)),
      date: state.now(),
    },
  );
  if (verdict.ok) {
    const end = accessKeys.get(verdict.accessKeyId)?.expiresAt;
    return end && end <= state.now()
      ? { refused: "the security token expired" }
      : { projectId: state.projectId };
  }
  if (verdict.reason === "missing") return { refused: "x-auth-token not found" };
  const time = `${state.now().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  return {
    refused: verdict.reason === "stale" ? `signature expired, server time: ${time}` : verdict.message,
  };
}
