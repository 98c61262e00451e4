import { AuthenticationError, ConfigurationError, checkInput } from "@cloudhaul/core-http";
import { type AccountSettingName, type AccountSettings, createSettingsReader } from "./account-settings.ts";
import type { CredentialProvider } from "./credentials.ts";
import { type ProfileFile, readProfileFile } from "./profile-file.ts";

/** Options of {@link fromProfile}. */
export interface FromProfileOptions {
  /** Name of the section to read. Default: `basic`, or else `global`. */
  readonly profile?: string | undefined;
  /** Path of the file. Default: `HUAWEICLOUD_SDK_CREDENTIALS_FILE`, else `~/.huaweicloud/credentials`. */
  readonly file?: string | undefined;
}

/** The keys that the vendor's SDKs read. */
const names: Readonly<Record<AccountSettingName, string>> = {
  accessKeyId: "ak",
  secretAccessKey: "sk",
  securityToken: "security_token",
  projectId: "project_id",
  domainId: "domain_id",
  iamEndpoint: "iam_endpoint",
  identityProviderId: "idp_id",
  idTokenFile: "id_token_file",
};

/** The sections of the vendor's SDKs, for regional and for global services. */
const defaultProfiles = ["basic", "global"];

/**
 * The account in a profile of the credentials file: `ak` and `sk`, with `security_token` and `project_id`, or `idp_id`
 * and `id_token_file` (see {@link fromIdToken}) with `iam_endpoint`. Read anew for each request, so that a key which was
 * changed there is taken up.
 *
 * The provider rejects with a ConfigurationError when the file that was named cannot be read, when it has no such
 * profile, and when it is malformed, with the number of the line.
 *
 * @throws ConfigurationError when an option is wrong
 * @see https://github.com/huaweicloud/huaweicloud-sdk-python-v3#242-profile-top
 */
export function fromProfile(options: FromProfileOptions = {}): CredentialProvider {
  checkInput({ profile: {}, file: {} }, options);
  const read = createSettingsReader();
  return async (context) => {
    const file = await readProfileFile(options.file, context.signal);
    const name = profileIn(file, options.profile);
    const profile = file.profiles.get(name);
    const entries = Object.entries(names).map(([ours, key]) => [ours, profile?.get(key) || undefined]);
    const settings: AccountSettings = Object.fromEntries(entries);
    return read(settings, { source: `profile ${name} of ${file.path}`, names }, context);
  };
}

function profileIn({ path, profiles }: ProfileFile, wanted: string | undefined): string {
  const found = (wanted === undefined ? defaultProfiles : [wanted]).find((name) => profiles.has(name));
  if (found !== undefined) return found;
  const known = [...profiles.keys()].join(", ") || "none";
  if (wanted !== undefined) {
    const text = `${path} has no profile ${JSON.stringify(wanted)}. Known there: ${known}.`;
    throw new ConfigurationError("profile", text);
  }
  const text = `${path} has neither a profile [basic] nor [global]. Known there: ${known}.`;
  throw new AuthenticationError({ credentialKind: "none", source: "profile" }, text);
}
