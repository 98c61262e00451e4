import { AuthenticationError, ConfigurationError, type Operation } from "@cloudhaul/core-http";
import { localExpiry } from "./credential-expiry.ts";
import { credentialFailure } from "./credential-failure.ts";
import {
  type AccessKeyCredentials,
  type CredentialContext,
  type CredentialProvider,
  conceal,
} from "./credentials.ts";
import { askIam } from "./iam-answer.ts";
import { renewedCredentials } from "./renewed-credentials.ts";
import { readSecretFile } from "./secret-file.ts";

/** Set by the cluster in each pod that has an identity. */
const variables = {
  uri: "HC_CONTAINER_CREDENTIALS_FULL_URI",
  tokenFile: "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",
} as const;

const source = "pod identity";
const documentation = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3";

/**
 * The temporary access key that a pod in a CCE cluster gets for its service account, by
 * `HC_CONTAINER_CREDENTIALS_FULL_URI` and `HC_CONTAINER_AUTHORIZATION_TOKEN_FILE`. The address is the cluster's own, and
 * taken as it is set, http included. A key is renewed ahead of its end, once for all who wait.
 *
 * @see https://github.com/huaweicloud/huaweicloud-sdk-python-v3
 */
export function fromPodIdentity(): CredentialProvider {
  const renewed = renewedCredentials(requestKey);
  return async (context) => {
    settings(); // those of a key that is kept must still be there
    return renewed(context);
  };
}

function settings(): { readonly url: URL; readonly tokenFile: string } {
  const uri = process.env[variables.uri];
  const tokenFile = process.env[variables.tokenFile];
  if (!uri && !tokenFile) {
    const text = `${variables.uri} and ${variables.tokenFile} are not set in the environment.`;
    throw new AuthenticationError({ credentialKind: "none", source }, text);
  }
  if (!uri || !tokenFile) {
    const [missing, present] = uri
      ? [variables.tokenFile, variables.uri]
      : [variables.uri, variables.tokenFile];
    const text = `${missing} is not set in the environment, but ${present} is. Set both.`;
    throw new AuthenticationError({ credentialKind: "pod-identity", source }, text);
  }
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new ConfigurationError(
      variables.uri,
      `${variables.uri} must be a URL of http or https, without a user.`,
    );
  }
  return { url, tokenFile };
}

async function requestKey(context: CredentialContext): Promise<AccessKeyCredentials> {
  const { url, tokenFile } = settings();
  const { signal } = context;
  const credentialKind = "pod-identity";
  const token = await readSecretFile(tokenFile, { credentialKind, source }, signal);
  try {
    const { body, headers } = await askIam({
      operation: operationAt(url),
      input: { authorization: token },
      body: new TextEncoder().encode("{}"),
      endpoint: url.origin,
      settings: context,
      signal,
      secrets: [token],
      schema: (schemas) => schemas.podKeyAnswer,
    });
    const { accessKeyId, secretAccessKey, securityToken, expiration } = body.credentials;
    const expiresAt = localExpiry(expiration, "credentials.expiration", headers);
    return conceal({ kind: "access-key", source, accessKeyId, secretAccessKey, securityToken, expiresAt });
  } catch (error) {
    signal?.throwIfAborted();
    throw credentialFailure(error, {
      wanted: "temporary key",
      credentialKind,
      source,
      host: url.host,
      adviceOnRefusal: `Check that the service account of this pod has an agency, and that ${tokenFile} is the cluster's.`,
    });
  }
}

/** The address is data of the environment, so the operation is made for it. */
function operationAt({ pathname, search }: URL): Operation {
  return {
    name: "GetPodCredentials",
    method: "POST",
    path: pathname + search,
    parameters: { authorization: { in: "header", name: "Authorization", required: true } },
    repeat: "safe",
    source: documentation,
  };
}
