import { jsonAnswer } from "./answers.ts";
import { identify } from "./authenticate.ts";
import { readJson, refusal, writeTime } from "./iam-answers.ts";
import type { IssuedAccessKey } from "./iam-store.ts";
import type { RouteContext } from "./route.ts";
import type { EmulatorState } from "./state.ts";

interface KeyRequest {
  readonly auth?: {
    readonly identity?: {
      readonly methods?: readonly string[];
      readonly token?: { readonly id?: string; readonly duration_seconds?: number };
      readonly assume_role?: {
        readonly agency_name?: string;
        readonly domain_name?: string;
        readonly domain_id?: string;
        readonly duration_seconds?: number;
      };
    };
  };
}

/** A temporary access key, as IAM and the metadata service write it. */
export function writeKey({
  accessKeyId,
  secretAccessKey,
  securityToken,
  expiresAt,
}: IssuedAccessKey): unknown {
  const [access, secret, securitytoken] = [accessKeyId, secretAccessKey, securityToken];
  return { credential: { access, secret, securitytoken, expires_at: writeTime(expiresAt) } };
}

/**
 * A temporary access key for a token, or for an agency.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html
 */
export async function createTemporaryKey(request: Request, context: RouteContext): Promise<Response> {
  const identity = readJson<KeyRequest>(await context.wire.body())?.auth?.identity;
  const byAgency = identity?.methods?.[0] === "assume_role";
  if (!byAgency && identity?.methods?.[0] !== "token") {
    return refusal(
      400,
      "Bad Request",
      "The request body is invalid: the method must be token or assume_role.",
    );
  }
  const caller = byAgency
    ? await identifyDelegate(request, identity.assume_role, context)
    : identifyByToken(identity?.token?.id ?? request.headers.get("x-auth-token"), context);
  if (caller instanceof Response) return caller;
  const { duration_seconds: lifeSeconds = 900 } = (byAgency ? identity.assume_role : identity?.token) ?? {};
  if (!Number.isInteger(lifeSeconds) || lifeSeconds < 900 || lifeSeconds > 86_400) {
    return refusal(400, "Bad Request", "duration_seconds must be from 900 to 86400.");
  }
  return jsonAnswer(201, writeKey(caller.store.iam.issueAccessKey({ lifeSeconds })));
}

async function identifyDelegate(
  request: Request,
  role: NonNullable<NonNullable<KeyRequest["auth"]>["identity"]>["assume_role"],
  context: RouteContext,
): Promise<EmulatorState | Response> {
  const caller = await identify(request, context);
  if (caller instanceof Response) return caller;
  const { name, domainName, domainId } = caller.agency;
  const ofAccount = role?.domain_name === domainName || role?.domain_id === domainId;
  if (ofAccount && role?.agency_name === name) return caller;
  return refusal(404, "Not Found", `Could not find agency: ${role?.agency_name}.`);
}

function identifyByToken(token: string | null, { state }: RouteContext): EmulatorState | Response {
  const isGood = ({ store, now }: EmulatorState): boolean => {
    const issued = store.iam.tokens.get(token ?? "");
    return issued !== undefined && issued.expiresAt > now();
  };
  return state.accounts.find(isGood) ?? refusal(401, "Unauthorized", "The token must be updated.");
}
