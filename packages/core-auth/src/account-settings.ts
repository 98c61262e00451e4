import { AuthenticationError } from "@cloudhaul/core-http";
import { type CredentialContext, type CredentialProvider, type Credentials, conceal } from "./credentials.ts";
import { fixedCredentials } from "./fixed-credentials.ts";
import { fromIdToken } from "./from-id-token.ts";

/** What the environment and a profile may say of an account; an empty text says nothing. */
export type AccountSettings = {
  readonly [Name in AccountSettingName]?: string | undefined;
};

/** The settings by our names. */
export type AccountSettingName =
  | "accessKeyId"
  | "secretAccessKey"
  | "securityToken"
  | "projectId"
  | "domainId"
  | "iamEndpoint"
  | "identityProviderId"
  | "idTokenFile";

/** Where settings stand. */
export interface SettingsPlace {
  /** In words for people, for the credential's `source`. */
  readonly source: string;
  /** What each setting is called there. */
  readonly names: Readonly<Record<AccountSettingName, string>>;
}

/**
 * Turns settings into a credential: an identity provider's where it and its token file are both set, as in the vendor's
 * SDKs, else the access key. Keeps temporary keys for as long as the settings stay the same.
 */
export function createSettingsReader(): (
  settings: AccountSettings,
  place: SettingsPlace,
  context: CredentialContext,
) => Promise<Credentials> {
  let federated: { readonly settings: string; readonly provider: CredentialProvider } | undefined;
  return async (settings, place, context) => {
    const { identityProviderId, idTokenFile, projectId, iamEndpoint } = settings;
    if (!identityProviderId || !idTokenFile) return accessKeyOf(settings, place)(context);
    const written = JSON.stringify(settings);
    if (federated?.settings !== written) {
      const domainId = projectId ? undefined : settings.domainId;
      const provider = fromIdToken({ identityProviderId, idTokenFile, projectId, domainId, iamEndpoint });
      federated = { settings: written, provider };
    }
    return federated.provider(context);
  };
}

function accessKeyOf(settings: AccountSettings, place: SettingsPlace): CredentialProvider {
  const { accessKeyId, secretAccessKey, securityToken, projectId, iamEndpoint } = settings;
  const hasNone = !accessKeyId && !secretAccessKey;
  if (hasNone && settings.identityProviderId) throw half("idTokenFile", "identityProviderId", place);
  if (hasNone && settings.idTokenFile) throw half("identityProviderId", "idTokenFile", place);
  if (hasNone) throw absent(place);
  if (!secretAccessKey) throw half("secretAccessKey", "accessKeyId", place);
  if (!accessKeyId) throw half("accessKeyId", "secretAccessKey", place);
  const key = { accessKeyId, secretAccessKey, securityToken, projectId, iamEndpoint };
  return fixedCredentials(conceal({ kind: "access-key", source: place.source, ...key }));
}

function absent({ source, names }: SettingsPlace): AuthenticationError {
  const text = `${names.accessKeyId} and ${names.secretAccessKey} are not set in the ${source}.`;
  return new AuthenticationError({ credentialKind: "none", source }, text);
}

/** Half a pair is a mistake, not an absence: looking elsewhere would find someone else's account. */
function half(
  missing: AccountSettingName,
  present: AccountSettingName,
  { source, names }: SettingsPlace,
): AuthenticationError {
  const credentialKind = missing.endsWith("Key") || missing === "accessKeyId" ? "access-key" : "id-token";
  const text = `${names[missing]} is not set in the ${source}, but ${names[present]} is. Set both.`;
  return new AuthenticationError({ credentialKind, source }, text);
}
