import { verifyRequest } from "@cloudhaul/core-auth";
import type { RouteContext } from "./route.ts";
import type { EmulatorAccessKey, EmulatorState } from "./state.ts";

/**
 * Finds the account that asks. Refuses a request that does not prove who asks, or that asks for a project which is not
 * the asker's.
 */
export async function identify(request: Request, context: RouteContext): Promise<EmulatorState | Response> {
  const { headers } = request;
  const { params, service } = context;
  const token = headers.get("x-auth-token");
  const verdict = token === null ? await checkSignature(request, context) : checkToken(token, context);
  if ("refused" in verdict) return service.unauthenticated(verdict.refused, context);
  const { caller, projectId } = verdict;
  const asked = [params.project_id, headers.get("x-project-id")];
  const own = asked.every((id) => (id ?? projectId) === projectId);
  const scoped = params.project_id === undefined || projectId === caller.projectId;
  return own && scoped ? caller : service.wrongProject(context);
}

type Verdict =
  | { readonly caller: EmulatorState; readonly projectId: string | undefined }
  | { readonly refused: string };

function checkToken(token: string, { state }: RouteContext): Verdict {
  const caller = state.accounts.find(({ store }) => store.iam.tokens.has(token));
  const issued = caller?.store.iam.tokens.get(token);
  if (!(caller && issued)) return { refused: "decrypt token fail" };
  if (issued.expiresAt <= state.now()) return { refused: "token expires" };
  return { caller, projectId: issued.projectId };
}

/** Of an account, the permanent key or a temporary one. */
function keyOf({ accessKey, store }: EmulatorState, id: string): EmulatorAccessKey | undefined {
  return id === accessKey.accessKeyId ? accessKey : store.iam.accessKeys.get(id);
}

async function checkSignature(request: Request, { state, wire }: RouteContext): Promise<Verdict> {
  const unsigned = request.headers.get("x-sdk-content-sha256") === "UNSIGNED-PAYLOAD";
  const verdict = verifyRequest(
    {
      method: request.method,
      url: wire.url,
      headers: Object.fromEntries(request.headers),
      ...(unsigned ? {} : { body: await wire.body() }),
    },
    {
      accessKey: (id) => state.accounts.map((account) => keyOf(account, id)).find(Boolean),
      date: state.now(),
    },
  );
  if (!verdict.ok) {
    const time = `${state.now().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
    const messages: Readonly<Record<string, string>> = {
      missing: "x-auth-token not found",
      stale: `signature expired, server time: ${time}`,
    };
    return { refused: messages[verdict.reason] ?? verdict.message };
  }
  const { accessKeyId } = verdict;
  const caller = state.accounts.find((account) => keyOf(account, accessKeyId)) ?? state;
  const end = caller.store.iam.accessKeys.get(accessKeyId)?.expiresAt;
  return end && end <= state.now()
    ? { refused: "the security token expired" }
    : { caller, projectId: caller.projectId };
}
