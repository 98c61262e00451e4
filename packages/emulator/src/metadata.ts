import { randomBytes } from "node:crypto";
import { jsonAnswer, textAnswer } from "./answers.ts";
import { refusal } from "./iam-answers.ts";
import type { RouteContext, Service } from "./route.ts";
import { writeKey } from "./temporary-keys.ts";

/**
 * What kind of cloud server is emulated: one that wants a token, an older one that knows none, or one without an agency,
 * which has no key.
 */
export type MetadataKind = "token" | "old" | "without-agency";

/** The session tokens of the metadata service, with the time at which each ends. */
export type MetadataTokens = Map<string, Date>;

const tokenPath = "/meta-data/latest/api/token";
const keyPath = "/openstack/latest/securitykey";

/** The paths of the metadata service, which are like those of objects. */
export const metadataPaths: readonly string[] = [tokenPath, keyPath];

/**
 * The metadata service of a cloud server.
 *
 * @see https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_2167.html
 */
export const metadata: Service = {
  name: "metadata",
  unauthenticated: (message) => refusal(401, "Unauthorized", message),
  wrongProject: () => refusal(403, "Forbidden", "Forbidden"),
  routes: [
    { method: "PUT", path: tokenPath, auth: "none", handle: createToken },
    { method: "GET", path: keyPath, auth: "none", handle: giveKey },
  ],
};

function createToken({ headers }: Request, { state }: RouteContext): Response {
  if (state.metadata === "old") return refusal(404, "Not Found", "The resource could not be found.");
  // Whoever forwards requests for others must not get a token for them.
  if (headers.has("x-forwarded-for")) return refusal(403, "Forbidden", "X-Forwarded-For is not allowed.");
  const ttl = Number(headers.get("x-metadata-token-ttl-seconds") ?? "none");
  if (!(Number.isInteger(ttl) && ttl >= 1 && ttl <= 21_600)) {
    return refusal(400, "Bad Request", "X-Metadata-Token-Ttl-Seconds must be from 1 to 21600.");
  }
  const token = randomBytes(42).toString("base64");
  state.store.metadataTokens.set(token, new Date(state.now().getTime() + ttl * 1000));
  return textAnswer(200, "text/plain", token);
}

function giveKey({ headers }: Request, { state }: RouteContext): Response {
  const end = state.store.metadataTokens.get(headers.get("x-metadata-token") ?? "");
  if (state.metadata !== "old" && !(end && end > state.now())) {
    return refusal(401, "Unauthorized", "The token is missing, wrong, or has ended.");
  }
  if (state.metadata === "without-agency") {
    return refusal(401, "Unauthorized", "Please configure Cloud Service Agency first.");
  }
  return jsonAnswer(200, writeKey(state.store.iam.issueAccessKey()));
}
