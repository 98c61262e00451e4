import { AuthenticationError, ConfigurationError } from "@cloudhaul/core-http";
import { type CredentialProvider, type Credentials, sameCredentials } from "./credentials.ts";

/** A provider of the one credential there is, for as long as it is good and nobody refused it. */
export function fixedCredentials(credentials: Credentials): CredentialProvider {
  return async ({ rejected, signal }) => {
    signal?.throwIfAborted();
    const fault = faultOf(credentials, rejected);
    if (fault === undefined) return credentials;
    const { kind: credentialKind, source } = credentials;
    throw new AuthenticationError({ credentialKind, source }, `The ${source} ${fault}. Give another one.`);
  };
}

function faultOf(credentials: Credentials, rejected: Credentials | undefined): string | undefined {
  if (sameCredentials(credentials, rejected)) return "was refused, and there is no other";
  const { expiresAt } = credentials;
  return expiresAt && expiresAt.getTime() <= Date.now() ? `expired at ${expiresAt.toISOString()}` : undefined;
}

/** @throws ConfigurationError for what is no date: it would never expire */
export function checkExpiry(expiresAt: Date | undefined): void {
  if (expiresAt === undefined || (expiresAt instanceof Date && !Number.isNaN(expiresAt.getTime()))) return;
  throw new ConfigurationError("expiresAt", "expiresAt must be a valid Date.");
}
