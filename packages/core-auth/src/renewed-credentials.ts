import { AuthenticationError } from "@cloudhaul/core-http";
import {
  type CredentialContext,
  type CredentialProvider,
  type Credentials,
  sameCredentials,
} from "./credentials.ts";
import { createSharedCall } from "./shared-call.ts";

/** Renewed so long before its end, in milliseconds: a request that is under way must not outlive its credential. */
const marginMs = 5 * 60 * 1000;

/** A credential that lives shorter than the margin would be renewed for every request; at most this share of its life is given up. */
const marginShare = 0.2;

interface Kept {
  readonly credentials: Credentials;
  /** In milliseconds since the epoch. */
  readonly renewAt: number;
}

/**
 * A provider that keeps what `renew` gets until a few minutes before its end, or until it is rejected. There is one
 * renewal at a time for each region, and a caller's abort does not end it for the others.
 */
export function renewedCredentials(
  renew: (context: CredentialContext) => Promise<Credentials>,
): CredentialProvider {
  const regions = new Map<string, CredentialProvider>();
  return async (context) => {
    const region = context.region ?? "";
    const provider = regions.get(region) ?? renewedInOneRegion(renew);
    regions.set(region, provider);
    return provider(context);
  };
}

function renewedInOneRegion(renew: (context: CredentialContext) => Promise<Credentials>): CredentialProvider {
  let kept: Kept | undefined;
  const renewal = createSharedCall(async (context: CredentialContext, signal) => {
    const credentials = await renew({ ...context, signal });
    kept = { credentials, renewAt: renewalTime(credentials.expiresAt) };
    return credentials;
  });
  return async (context) => {
    context.signal?.throwIfAborted();
    if (sameCredentials(kept?.credentials, context.rejected)) kept = undefined;
    if (kept && Date.now() < kept.renewAt) return kept.credentials;
    const credentials = await renewal(context, context.signal);
    if (!sameCredentials(credentials, context.rejected)) return credentials;
    const { kind: credentialKind, source } = credentials;
    const text = `The ${source} was refused, and asking anew gave the same one.`;
    throw new AuthenticationError({ credentialKind, source }, text);
  };
}

function renewalTime(expiresAt: Date | undefined): number {
  if (!expiresAt) return Number.POSITIVE_INFINITY;
  const end = expiresAt.getTime();
  return end - Math.min(marginMs, (end - Date.now()) * marginShare);
}
