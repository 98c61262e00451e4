import { jsonAnswer } from "./answers.ts";
import { refusal } from "./iam-answers.ts";
import type { RouteContext, Service } from "./route.ts";

/** Keys for the service account of a pod, as the agent of a CCE cluster gives them. Its path is of the cluster's choice. */
export const podIdentity: Service = {
  name: "pod-identity",
  unauthenticated: (message) => refusal(401, "Unauthorized", message),
  wrongProject: () => refusal(403, "Forbidden", "Forbidden"),
  routes: [{ method: "POST", path: "/v1/pod-identity/credentials", auth: "none", handle: giveKey }],
};

async function giveKey({ headers }: Request, { state, wire }: RouteContext): Promise<Response> {
  const token = headers.get("authorization") ?? "";
  const owner = state.accounts.find(({ store }) => store.iam.podTokens.has(token));
  const proof = owner?.store.iam.podTokens.get(token);
  if (!owner || !proof || proof.expiresAt <= state.now()) {
    return refusal(401, "Unauthorized", "The service account's token is wrong, or has expired.");
  }
  if (new TextDecoder().decode(await wire.body()).trim() !== "{}") {
    return refusal(400, "Bad Request", "The request body must be {}.");
  }
  const { accessKeyId, secretAccessKey, securityToken, expiresAt } = owner.store.iam.issueAccessKey();
  const expiration = expiresAt.toISOString();
  return jsonAnswer(200, { credentials: { accessKeyId, secretAccessKey, securityToken, expiration } });
}
