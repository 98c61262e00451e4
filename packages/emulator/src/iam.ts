import { randomBytes } from "node:crypto";
import { jsonAnswer } from "./answers.ts";
import type { RouteContext, Service } from "./route.ts";
import type { EmulatorState } from "./state.ts";

/** A token that IAM gave out. */
export interface IssuedToken {
  readonly token: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** The project it is good for; `undefined` when it is for the whole domain. */
  readonly projectId: string | undefined;
}

/** The tokens of Identity and Access Management. */
export interface IamStore {
  /** Gives out a token. Default life: the emulator's `tokenLifeSeconds`. */
  issueToken(options: {
    readonly projectId?: string | undefined;
    readonly lifeSeconds?: number | undefined;
  }): IssuedToken;
  /** Makes a token invalid at once. */
  revokeToken(token: string): void;
  /** By token. */
  readonly tokens: ReadonlyMap<string, IssuedToken>;
}

/** A store without tokens. */
export function createIamStore(now: () => Date, tokenLifeSeconds: number): IamStore {
  const tokens = new Map<string, IssuedToken>();
  return {
    tokens,
    issueToken({ projectId, lifeSeconds = tokenLifeSeconds }) {
      const issuedAt = now();
      const expiresAt = new Date(issuedAt.getTime() + lifeSeconds * 1000);
      const issued = { token: `MII${randomBytes(300).toString("base64")}`, issuedAt, expiresAt, projectId };
      tokens.set(issued.token, issued);
      return issued;
    },
    revokeToken(token) {
      tokens.delete(token);
    },
  };
}

/**
 * IAM: tokens by password, and the list of projects.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html
 */
export const iam: Service = {
  name: "iam",
  unauthenticated: (message) => refusal(401, "Unauthorized", message),
  wrongProject: () => refusal(403, "Forbidden", "You are not authorized to perform the requested action."),
  routes: [
    { method: "POST", path: "/v3/auth/tokens", auth: "none", handle: createToken },
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
    };
    readonly scope?: {
      readonly project?: { readonly id?: string; readonly name?: string };
      readonly domain?: { readonly id?: string; readonly name?: string };
    };
  };
}

async function createToken(_request: Request, { state, wire, query }: RouteContext): Promise<Response> {
  const asked = parse(await wire.body());
  const identity = asked?.auth?.identity;
  const given = identity?.password?.user;
  if (!identity?.methods?.includes("password") || !given) {
    return refusal(400, "Bad Request", "The request body is invalid: only the method password is supported.");
  }
  const { user } = state;
  if (
    given.name !== user.name ||
    given.password !== user.password ||
    given.domain?.name !== user.domainName
  ) {
    return refusal(401, "Unauthorized", "The username or password is wrong.");
  }
  const project = asked?.auth?.scope?.project;
  if (project && project.id !== state.projectId && project.name !== state.region) {
    return refusal(401, "Unauthorized", "The project does not exist, or the user has no right on it.");
  }
  const issued = state.store.iam.issueToken({ projectId: project ? state.projectId : undefined });
  const domain = { id: state.domainId, name: user.domainName };
  const token = {
    expires_at: time(issued.expiresAt),
    issued_at: time(issued.issuedAt),
    methods: ["password"],
    ...(project ? { project: { id: state.projectId, name: state.region, domain } } : { domain }),
    user: { id: state.userId, name: user.name, domain, password_expires_at: "" },
    roles: [{ id: "0", name: "te_admin" }],
    ...(query.has("nocatalog") ? {} : { catalog: [] }),
  };
  return jsonAnswer(201, { token }, { "x-subject-token": issued.token });
}

function parse(body: Uint8Array): TokenRequest | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as TokenRequest;
  } catch {
    return undefined;
  }
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

/** With six digits of a second, as IAM writes it. */
function time(date: Date): string {
  return date.toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
}

function refusal(code: number, title: string, message: string): Response {
  return jsonAnswer(code, { error: { code, message, title } });
}
