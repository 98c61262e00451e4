import { type AccountSettings, createSettingsReader, type SettingsPlace } from "./account-settings.ts";
import type { CredentialProvider } from "./credentials.ts";

/** The names that the vendor's SDKs read. */
const place: SettingsPlace = {
  source: "environment",
  names: {
    accessKeyId: "HUAWEICLOUD_SDK_AK",
    secretAccessKey: "HUAWEICLOUD_SDK_SK",
    securityToken: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    projectId: "HUAWEICLOUD_SDK_PROJECT_ID",
    domainId: "HUAWEICLOUD_SDK_DOMAIN_ID",
    iamEndpoint: "HUAWEICLOUD_SDK_IAM_ENDPOINT",
    identityProviderId: "HUAWEICLOUD_SDK_IDP_ID",
    idTokenFile: "HUAWEICLOUD_SDK_ID_TOKEN_FILE",
  },
};

/**
 * The account in the environment: `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, with `HUAWEICLOUD_SDK_SECURITY_TOKEN`
 * for temporary keys and `HUAWEICLOUD_SDK_PROJECT_ID` for the project. Where `HUAWEICLOUD_SDK_IDP_ID` and
 * `HUAWEICLOUD_SDK_ID_TOKEN_FILE` are both set, they come first (see {@link fromIdToken}). Read anew for each request,
 * so that a key which was changed there is taken up.
 *
 * @see https://github.com/huaweicloud/huaweicloud-sdk-python-v3#241-environment-variables-top
 */
export function fromEnvironment(): CredentialProvider {
  const read = createSettingsReader();
  return async (context) => read(settingsOf(process.env), place, context);
}

function settingsOf(environment: NodeJS.ProcessEnv): AccountSettings {
  const entries = Object.entries(place.names).map(([name, variable]) => [
    name,
    environment[variable] || undefined,
  ]);
  return Object.fromEntries(entries);
}
