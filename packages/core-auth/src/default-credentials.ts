import { AuthenticationError } from "@cloudhaul/core-http";
import type { CredentialProvider } from "./credentials.ts";
import { fromEnvironment } from "./from-environment.ts";

/** In the order in which they are asked. */
const links: readonly (readonly [name: string, create: () => CredentialProvider])[] = [
  ["environment", fromEnvironment],
];

/**
 * The chain that a client uses unless given credentials: the first place that has a credential. Now: the environment
 * ({@link fromEnvironment}).
 *
 * A place that holds nothing is passed over; one that holds something wrong ends the search with its own error. When
 * all are empty, the AuthenticationError says what each of them looked for.
 */
export function defaultCredentials(): CredentialProvider {
  return firstOf(links.map(([name, create]) => [name, create()] as const));
}

/** Asks each provider in turn until one has a credential. */
export function firstOf(
  providers: readonly (readonly [name: string, provider: CredentialProvider])[],
): CredentialProvider {
  return async (context) => {
    const tried: string[] = [];
    for (const [name, provider] of providers) {
      try {
        return await provider(context);
      } catch (error) {
        if (!AuthenticationError.isInstance(error) || error.credentialKind !== "none") throw error;
        tried.push(`${name}: ${error.message}`);
      }
    }
    const text = `No credentials were found. Give the option credentials, or set them up in one of these places. ${tried.join(" ")}`;
    throw new AuthenticationError({ credentialKind: "none", source: "default chain" }, text);
  };
}
