import {
  AuthenticationError,
  ConfigurationError,
  checkInput,
  ResponseFormatError,
  ServiceError,
} from "@cloudhaul/core-http";
import {
  type CredentialContext,
  type CredentialProvider,
  conceal,
  type TokenCredentials,
} from "./credentials.ts";
import { checkEndpoint } from "./endpoint.ts";
import { iamOperations, resolveIamEndpoint } from "./iam.ts";
import { askIam } from "./iam-answer.ts";
import { renewedCredentials } from "./renewed-credentials.ts";

/** Options of {@link fromPassword}. */
export interface FromPasswordOptions {
  /** Name of an IAM user (wire name `user.name`). A HUAWEI ID gets no tokens. */
  readonly userName: string;
  readonly password: string;
  /** Name of the account that the user belongs to (wire name `user.domain.name`). */
  readonly domainName: string;
  /** What the token is for: a project, as regional services want it, or the whole account. Default `project`. */
  readonly scope?: "project" | "domain" | undefined;
  /** Id of the project. Default: see `projectName`. */
  readonly projectId?: string | undefined;
  /** Name of the project. Default: the region's main project, whose name is the region id. */
  readonly projectName?: string | undefined;
  /** Where IAM answers. Default: `HUAWEICLOUD_SDK_IAM_ENDPOINT`, else the region's, else the global one. */
  readonly iamEndpoint?: string | undefined;
}

/**
 * Tokens for an IAM user's name and password. A token is kept until a few minutes before its end, and renewed once for
 * all who wait; one that a service refuses is thrown away.
 *
 * @throws ConfigurationError when an option is missing or wrong
 * @see https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html
 */
export function fromPassword(options: FromPasswordOptions): CredentialProvider {
  checkInput(
    {
      userName: { required: true },
      password: { required: true },
      domainName: { required: true },
      scope: { values: ["project", "domain"] },
      projectId: {},
      projectName: {},
      iamEndpoint: {},
    },
    options,
  );
  checkScope(options);
  if (options.iamEndpoint !== undefined) checkEndpoint(options.iamEndpoint, "iamEndpoint");
  return renewedCredentials((context) => requestToken(options, context));
}

function checkScope({ scope, projectId, projectName }: FromPasswordOptions): void {
  if (projectId !== undefined && projectName !== undefined) {
    throw new ConfigurationError("projectName", "Give projectId or projectName, not both.");
  }
  if (scope === "domain" && (projectId ?? projectName) !== undefined) {
    throw new ConfigurationError(
      "scope",
      'scope "domain" is the whole account: leave out projectId and projectName.',
    );
  }
}

async function requestToken(
  options: FromPasswordOptions,
  context: CredentialContext,
): Promise<TokenCredentials> {
  const endpoint = resolveIamEndpoint({ region: context.region, iamEndpoint: options.iamEndpoint });
  const source = `password of the IAM user ${options.userName}`;
  const input = { noCatalog: "true", auth: authOf(options, context.region) };
  try {
    const { body, headers } = await askIam({
      operation: iamOperations.createToken,
      input,
      endpoint,
      settings: context,
      signal: context.signal,
      secrets: [options.password],
      schema: (schemas) => schemas.tokenAnswer,
    });
    const token = headers["x-subject-token"];
    const expiresAt = new Date(body.token.expires_at);
    if (!token)
      throw new ResponseFormatError("x-subject-token", "IAM answered without the header X-Subject-Token.");
    if (Number.isNaN(expiresAt.getTime())) {
      throw new ResponseFormatError("token.expires_at", "IAM answered with an expiry that is no date.");
    }
    const projectId = options.projectId ?? body.token.project?.id ?? undefined;
    return conceal({ kind: "token", token, source, projectId, expiresAt });
  } catch (error) {
    context.signal?.throwIfAborted();
    throw failure(error, source, new URL(endpoint).host);
  }
}

/** Wrapped whatever it is: to the request that needs the token, a lost connection to IAM is not one to the service. */
function failure(error: unknown, source: string, host: string): AuthenticationError {
  const refused = ServiceError.isInstance(error) && error.status < 500 && !error.retryable;
  const advice = refused
    ? "Check userName, password and domainName, that the user may use the API, and the project."
    : "Check the network and the IAM endpoint, and try again.";
  const text = `No token for the ${source} from ${host}: ${error instanceof Error ? error.message : "unknown failure"} ${advice}`;
  return new AuthenticationError({ credentialKind: "password", source, host }, text, { cause: error });
}

function authOf(options: FromPasswordOptions, region: string | undefined): Readonly<Record<string, unknown>> {
  const domain = { name: options.domainName };
  const user = { name: options.userName, password: options.password, domain };
  return { identity: { methods: ["password"], password: { user } }, scope: scopeOf(options, region) };
}

function scopeOf(
  options: FromPasswordOptions,
  region: string | undefined,
): Readonly<Record<string, unknown>> {
  if (options.scope === "domain") return { domain: { name: options.domainName } };
  if (options.projectId !== undefined) return { project: { id: options.projectId } };
  const name = options.projectName ?? region;
  if (name === undefined) {
    throw new ConfigurationError(
      "projectName",
      'Give fromPassword projectId, projectName or scope "domain", or give the client a region.',
    );
  }
  return { project: { name } };
}
