import { ConfigurationError, checkInput, ResponseFormatError } from "@cloudhaul/core-http";
import { localExpiry } from "./credential-expiry.ts";
import { credentialFailure } from "./credential-failure.ts";
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

/** The second factor of a user whose logins are protected by a virtual MFA device. */
export interface OneTimePassword {
  /** Id of the user (wire name `totp.user.id`): by name, IAM does not take a passcode. */
  readonly userId: string;
  /** Gives the six digits of now. Asked for each token, since a passcode is good once. */
  readonly passcode: (signal: AbortSignal | undefined) => string | Promise<string>;
}

/** Options of {@link fromPassword}. */
export interface FromPasswordOptions {
  /** Name of an IAM user (wire name `user.name`). A HUAWEI ID gets no tokens. */
  readonly userName: string;
  readonly password: string;
  /** Name of the account that the user belongs to (wire name `user.domain.name`). */
  readonly domainName: string;
  /** For a user with MFA. Default: the password alone. */
  readonly totp?: OneTimePassword | undefined;
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
 * Tokens for an IAM user's name and password. A token is renewed minutes ahead of its end, once for all who wait; one that
 * a service refuses is thrown away.
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
      totp: { type: "object" },
      scope: { values: ["project", "domain"] },
      projectId: {},
      projectName: {},
      iamEndpoint: {},
    },
    options,
  );
  if (options.totp) {
    const rules = { userId: { required: true }, passcode: { type: "function", required: true } } as const;
    checkInput(rules, options.totp, "totp.");
  }
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
  const scope = scopeOf(options, context.region);
  try {
    const passcode = await options.totp?.passcode(context.signal);
    const auth = { identity: identityOf(options, passcode), scope };
    const { body, headers } = await askIam({
      // A passcode is good once: sent again after an answer that was lost, it would be refused and counted as wrong.
      operation: { ...iamOperations.createToken, repeat: passcode === undefined ? "safe" : "never" },
      input: { noCatalog: "true", auth },
      endpoint,
      settings: context,
      signal: context.signal,
      secrets: passcode ? [options.password, passcode] : [options.password],
      schema: (schemas) => schemas.tokenAnswer,
    });
    const token = headers["x-subject-token"];
    if (!token)
      throw new ResponseFormatError("x-subject-token", "IAM answered without the header X-Subject-Token.");
    const expiresAt = localExpiry(body.token.expires_at, "token.expires_at", headers);
    const projectId = options.projectId ?? body.token.project?.id ?? undefined;
    const { iamEndpoint } = options;
    return conceal({ kind: "token", token, source, projectId, iamEndpoint, expiresAt });
  } catch (error) {
    context.signal?.throwIfAborted();
    throw credentialFailure(error, {
      wanted: "token",
      credentialKind: "password",
      source,
      host: new URL(endpoint).host,
      adviceOnRefusal: `Check userName, password and domainName, that the user may use the API, and the project.${options.totp ? " Check totp too: the passcode, and the id of the user." : ""}`,
    });
  }
}

function identityOf(
  { userName, password, domainName, totp }: FromPasswordOptions,
  passcode: string | undefined,
): Readonly<Record<string, unknown>> {
  const user = { name: userName, password, domain: { name: domainName } };
  if (!totp) return { methods: ["password"], password: { user } };
  const second = { user: { id: totp.userId, passcode } };
  return { methods: ["password", "totp"], password: { user }, totp: second };
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
