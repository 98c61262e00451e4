import { AuthenticationError } from "@cloudhaul/core-http";
import type { CredentialProvider, Credentials } from "./credentials.ts";
import { fromEnvironment } from "./from-environment.ts";
import { fromMetadata } from "./from-metadata.ts";
import { fromPodIdentity } from "./from-pod-identity.ts";
import { fromProfile } from "./from-profile.ts";

/** In the order in which they are asked, which is that of the vendor's SDKs. */
const links: readonly (readonly [name: string, create: () => CredentialProvider])[] = [
  ["environment", fromEnvironment],
  ["profile", fromProfile],
  ["metadata", fromMetadata],
  ["pod identity", fromPodIdentity],
];

/**
 * The chain that a client uses unless given credentials: the first place that has a credential, of the environment
 * ({@link fromEnvironment}), a profile ({@link fromProfile}), the metadata of a cloud server ({@link fromMetadata}), and
 * the identity of a pod ({@link fromPodIdentity}).
 *
 * A place that holds nothing is passed over; one that holds something wrong ends the search with its own error. When
 * all are empty, the AuthenticationError says what each of them looked for. What was found once is asked from then on,
 * for as long as it holds anything.
 */
export function defaultCredentials(): CredentialProvider {
  return firstOf(links.map(([name, create]) => [name, create()] as const));
}

/** Asks each provider in turn until one has a credential, and begins with that one the next time. */
export function firstOf(
  providers: readonly (readonly [name: string, provider: CredentialProvider])[],
): CredentialProvider {
  let found: CredentialProvider | undefined;
  return async (context) => {
    const tried: string[] = [];
    if (found) {
      const credentials = await unlessAbsent(found(context));
      if ("kind" in credentials) return credentials;
      found = undefined;
    }
    for (const [name, provider] of providers) {
      const credentials = await unlessAbsent(provider(context));
      if ("kind" in credentials) {
        found = provider;
        return credentials;
      }
      tried.push(`${name}: ${credentials.absence}`);
    }
    const text = `No credentials were found. Give the option credentials, or set them up in one of these places:${tried.map((one) => `\n  ${one}`).join("")}`;
    throw new AuthenticationError({ credentialKind: "none", source: "default chain" }, text);
  };
}

/** What a provider gives, or in what way it has nothing. */
async function unlessAbsent(
  asked: Promise<Credentials>,
): Promise<Credentials | { readonly absence: string }> {
  try {
    return await asked;
  } catch (error) {
    if (!AuthenticationError.isInstance(error) || error.credentialKind !== "none") throw error;
    return { absence: error.message };
  }
}
