import { jsonAnswer } from "./answers.ts";
import { readJson, refusal, writeTime } from "./iam-answers.ts";
import type { IssuedToken } from "./iam-store.ts";
import type { RouteContext, Service } from "./route.ts";
import type { EmulatorState } from "./state.ts";
import { createTemporaryKey } from "./temporary-keys.ts";

/**
 * IAM: tokens by password or id token, temporary access keys, and the list of projects.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html
 */
export const iam: Service = {
  name: "iam",
  unauthenticated: (message) => refusal(401, "Unauthorized", message),
  wrongProject: () => refusal(403, "Forbidden", "You are not authorized to perform the requested action."),
  routes: [
    { method: "POST", path: "/v3/auth/tokens", auth: "none", handle: createToken },
    { method: "POST", path: "/v3.0/OS-AUTH/id-token/tokens", auth: "none", handle: createTokenByIdToken },
    { method: "POST", path: "/v3.0/OS-CREDENTIAL/securitytokens", auth: "none", handle: createTemporaryKey },
    { method: "GET", path: "/v3/projects", auth: "signed", handle: listProjects },
  ],
};

interface TokenRequest {
  readonly auth?: {
    readonly identity?: {
      readonly methods?: readonly string[];
      readonly password?: {
        readonly user?: {
          readonly name?: string;
          readonly password?: string;
          readonly domain?: { readonly name?: string };
        };
      };
      readonly totp?: { readonly user?: { readonly id?: string; readonly passcode?: string } };
    };
    readonly id_token?: { readonly id?: string };
    readonly scope?: {
      readonly project?: { readonly id?: string; readonly name?: string };
      readonly domain?: { readonly id?: string; readonly name?: string };
    };
  };
}

async function createToken(_request: Request, context: RouteContext): Promise<Response> {
  const auth = readJson<TokenRequest>(await context.wire.body())?.auth;
  const given = auth?.identity?.password?.user;
  if (!auth?.identity?.methods?.includes("password") || !given) {
    return refusal(400, "Bad Request", "The request body is invalid: only the method password is supported.");
  }
  const isUser = ({ user }: EmulatorState): boolean =>
    given.name === user.name && given.domain?.name === user.domainName && given.password === user.password;
  const state = context.state.accounts.find(isUser);
  if (!state) return refusal(401, "Unauthorized", "The username or password is wrong.");
  const { user, userId } = state;
  const second = auth.identity.methods.includes("totp") ? auth.identity.totp?.user : undefined;
  if (user.passcode !== undefined && (second?.id !== userId || second.passcode !== user.passcode)) {
    return refusal(401, "Unauthorized", "The passcode is missing or wrong.");
  }
  return giveToken(auth.scope, ["password", ...(second ? ["totp"] : [])], { ...context, state });
}

async function createTokenByIdToken({ headers }: Request, context: RouteContext): Promise<Response> {
  const auth = readJson<TokenRequest>(await context.wire.body())?.auth;
  if (!auth?.id_token?.id) return refusal(400, "Bad Request", "The request body is invalid: no id token.");
  const state = context.state.accounts.find(
    ({ identityProviderId }) => identityProviderId === headers.get("x-idp-id"),
  );
  if (!state) return refusal(404, "Not Found", "Could not find the identity provider.");
  const proof = state.store.iam.idTokens.get(auth.id_token.id);
  if (!proof) return refusal(401, "Unauthorized", "The id token is invalid.");
  if (proof.expiresAt <= state.now()) return refusal(401, "Unauthorized", "The id token has expired.");
  return giveToken(auth.scope, ["mapped"], { ...context, state });
}

function giveToken(
  scope: NonNullable<TokenRequest["auth"]>["scope"],
  methods: readonly string[],
  { state, query }: RouteContext,
): Response {
  const { user } = state;
  if (scope?.project && scope.domain) {
    return refusal(400, "Bad Request", "The scope must be a project or a domain, not both.");
  }
  const { project, domain: account } = scope ?? {};
  if (project && project.id !== state.projectId && project.name !== state.region) {
    return refusal(401, "Unauthorized", "The project does not exist, or the user has no right on it.");
  }
  if (account && account.id !== state.domainId && account.name !== user.domainName) {
    return refusal(401, "Unauthorized", "The domain does not exist, or the user is not in it.");
  }
  const issued: IssuedToken = state.store.iam.issueToken({
    projectId: project ? state.projectId : undefined,
  });
  const domain = { id: state.domainId, name: user.domainName };
  const token = {
    expires_at: writeTime(issued.expiresAt),
    issued_at: writeTime(issued.issuedAt),
    methods,
    ...(project ? { project: { id: state.projectId, name: state.region, domain } } : { domain }),
    user: { id: state.userId, name: user.name, domain, password_expires_at: "" },
    roles: [{ id: "0", name: "te_admin" }],
    ...(query.has("nocatalog") ? {} : { catalog: [] }),
  };
  return jsonAnswer(201, { token }, { "x-subject-token": issued.token });
}

function listProjects(_request: Request, { state, query }: RouteContext): Response {
  const asked = query.get("name") ?? state.region;
  const projects = asked === state.region ? [projectOf(state)] : [];
  return jsonAnswer(200, {
    projects,
    links: { next: null, previous: null, self: `${state.origin()}/v3/projects` },
  });
}

function projectOf(state: EmulatorState): Record<string, unknown> {
  return {
    id: state.projectId,
    name: state.region,
    domain_id: state.domainId,
    parent_id: state.domainId,
    enabled: true,
    is_domain: false,
    description: "",
    links: { self: `${state.origin()}/v3/projects/${state.projectId}` },
  };
}
