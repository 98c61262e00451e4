import { ConfigurationError, checkInput, type Operation, ResponseFormatError } from "@cloudhaul/core-http";
import { credentialFailure } from "./credential-failure.ts";
import type { AccessKeyCredentials, CredentialContext, CredentialProvider } from "./credentials.ts";
import { checkEndpoint } from "./endpoint.ts";
import { resolveIamEndpoint } from "./iam.ts";
import { askIam } from "./iam-answer.ts";
import { renewedCredentials } from "./renewed-credentials.ts";
import { readSecretFile } from "./secret-file.ts";
import { durationRule, temporaryKey, temporaryKeyOperations } from "./temporary-key.ts";

/** Options of {@link fromIdToken}. */
export interface FromIdTokenOptions {
  /** Id of the identity provider in IAM (wire name `X-Idp-Id`). */
  readonly identityProviderId: string;
  /** Path of the file that holds the id token. Read anew for each renewal, since platforms replace it. */
  readonly idTokenFile: string;
  /** The project to work in, to which the token is scoped. Default: the one that IAM names for the region. */
  readonly projectId?: string | undefined;
  /** Id of the account, to which the token is scoped in place of a project. */
  readonly domainId?: string | undefined;
  /** How long each key is asked for, in seconds: 900 to 86,400. Default 21,600, as the vendor's SDKs ask. */
  readonly durationSeconds?: number | undefined;
  /** Where IAM answers. Default: `HUAWEICLOUD_SDK_IAM_ENDPOINT`, else the region's, else the global one. */
  readonly iamEndpoint?: string | undefined;
}

const createTokenByIdToken: Operation = {
  name: "CreateTokenWithIdToken",
  method: "POST",
  path: "/v3.0/OS-AUTH/id-token/tokens",
  parameters: {
    identityProviderId: { in: "header", name: "X-Idp-Id", required: true },
    auth: { in: "body", name: "auth", type: "object", required: true },
  },
  repeat: "safe",
  source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_13_0605.html",
};

/**
 * Temporary access keys for an OpenID Connect id token: IAM gives a token for it, and for that a key. A key is renewed
 * ahead of its end, once for all who wait; one that a service refuses is thrown away.
 *
 * @throws ConfigurationError when an option is missing or wrong
 * @see https://support.huaweicloud.com/intl/en-us/api-iam/iam_13_0605.html
 */
export function fromIdToken(options: FromIdTokenOptions): CredentialProvider {
  checkInput(
    {
      identityProviderId: { required: true },
      idTokenFile: { required: true },
      projectId: {},
      domainId: {},
      durationSeconds: durationRule,
      iamEndpoint: {},
    },
    options,
  );
  if (options.projectId !== undefined && options.domainId !== undefined) {
    throw new ConfigurationError("domainId", "Give projectId or domainId, not both.");
  }
  if (options.iamEndpoint !== undefined) checkEndpoint(options.iamEndpoint, "iamEndpoint");
  return renewedCredentials((context) => requestKey(options, context));
}

async function requestKey(
  options: FromIdTokenOptions,
  context: CredentialContext,
): Promise<AccessKeyCredentials> {
  const { identityProviderId, idTokenFile, projectId, durationSeconds = 21_600 } = options;
  const { region, signal } = context;
  const credentialKind = "id-token";
  const source = `id token of the identity provider ${identityProviderId}`;
  const endpoint = resolveIamEndpoint({ region, iamEndpoint: options.iamEndpoint });
  const asked = { endpoint, settings: context, signal };
  const idToken = await readSecretFile(idTokenFile, { credentialKind, source }, signal);
  try {
    const { headers } = await askIam({
      ...asked,
      operation: createTokenByIdToken,
      input: { identityProviderId, auth: { id_token: { id: idToken }, ...scopeOf(options) } },
      secrets: [idToken],
      schema: (schemas) => schemas.anyAnswer,
    });
    const token = headers["x-subject-token"];
    if (!token)
      throw new ResponseFormatError("x-subject-token", "IAM answered without the header X-Subject-Token.");
    const identity = { methods: ["token"], token: { id: token, duration_seconds: durationSeconds } };
    const answer = await askIam({
      ...asked,
      operation: temporaryKeyOperations.byToken,
      input: { token, auth: { identity } },
      secrets: [token],
      schema: (schemas) => schemas.temporaryKeyAnswer,
    });
    return temporaryKey(answer, { source, projectId, iamEndpoint: options.iamEndpoint });
  } catch (error) {
    signal?.throwIfAborted();
    throw credentialFailure(error, {
      wanted: "temporary key",
      credentialKind,
      source,
      host: new URL(endpoint).host,
      adviceOnRefusal: `Check that the id token in ${idTokenFile} has not expired, and that IAM knows its issuer by this provider id.`,
    });
  }
}

function scopeOf({ projectId, domainId }: FromIdTokenOptions): Readonly<Record<string, unknown>> {
  if (projectId !== undefined) return { scope: { project: { id: projectId } } };
  return domainId === undefined ? {} : { scope: { domain: { id: domainId } } };
}
