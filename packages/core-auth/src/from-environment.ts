import { AuthenticationError } from "@cloudhaul/core-http";
import { type CredentialProvider, conceal } from "./credentials.ts";
import { fixedCredentials } from "./fixed-credentials.ts";

/** The names that the vendor's SDKs read. */
const names = {
  accessKeyId: "HUAWEICLOUD_SDK_AK",
  secretAccessKey: "HUAWEICLOUD_SDK_SK",
  securityToken: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
  projectId: "HUAWEICLOUD_SDK_PROJECT_ID",
} as const;

/**
 * The access key in the environment: `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, with `HUAWEICLOUD_SDK_SECURITY_TOKEN`
 * for temporary keys and `HUAWEICLOUD_SDK_PROJECT_ID` for the project. Read anew for each request, so that a key which
 * was changed there is taken up.
 *
 * @see https://github.com/huaweicloud/huaweicloud-sdk-python-v3#221-environment-variables
 */
export function fromEnvironment(): CredentialProvider {
  return async (context) => {
    const accessKeyId = process.env[names.accessKeyId];
    const secretAccessKey = process.env[names.secretAccessKey];
    if (!accessKeyId && !secretAccessKey) throw absent();
    if (!accessKeyId || !secretAccessKey) throw half(accessKeyId ? "secretAccessKey" : "accessKeyId");
    const credentials = conceal({
      kind: "access-key",
      source: "environment",
      accessKeyId,
      secretAccessKey,
      securityToken: process.env[names.securityToken] || undefined,
      projectId: process.env[names.projectId] || undefined,
    });
    return fixedCredentials(credentials)(context);
  };
}

function absent(): AuthenticationError {
  const text = `${names.accessKeyId} and ${names.secretAccessKey} are not set in the environment.`;
  return new AuthenticationError({ credentialKind: "none", source: "environment" }, text);
}

/** Half a pair is a mistake, not an absence: looking elsewhere would find someone else's account. */
function half(missing: "accessKeyId" | "secretAccessKey"): AuthenticationError {
  const present = missing === "accessKeyId" ? "secretAccessKey" : "accessKeyId";
  const text = `${names[missing]} is not set in the environment, but ${names[present]} is. Set both.`;
  return new AuthenticationError({ credentialKind: "access-key", source: "environment" }, text);
}
