import { AuthenticationError, createSharedCall, ServiceError } from "@cloudhaul/core-http";
import {
  type CredentialContext,
  type CredentialProvider,
  type Credentials,
  sameCredentials,
} from "./credentials.ts";

/** Renewed so long before its end at the earliest, in milliseconds. */
const marginMs = 5 * 60 * 1000;

/** A credential that lives shorter than the margin would be renewed for every request; at most this share of its life is given up. */
const marginShare = 0.2;

/** At random up to this share later, so that many machines that started together do not ask together. */
const jitterShare = 0.2;

/** After an early renewal was begun, the next is so far off at least, in milliseconds, should it fail. */
const leastPauseMs = 1000;

/** What comes expired is kept so long all the same: this machine's clock is wrong then, and each request would ask anew. */
const leastKeptMs = 10_000;

/** A refusal is told again for so long without asking, in milliseconds: wrong passwords in a row lock a user. */
const refusalMs = 30_000;

/** Whether IAM itself said no, which another try does not change. */
function isRefusal(error: unknown): boolean {
  if (!AuthenticationError.isInstance(error) || !ServiceError.isInstance(error.cause)) return false;
  return error.cause.status < 500 && !error.cause.retryable;
}

/** Times are in milliseconds since the epoch. */
interface Kept {
  readonly credentials: Credentials;
  readonly renewAt: number;
  readonly goodUntil: number;
}

/**
 * A provider that keeps what `renew` gets until its end, or until it is rejected. Minutes before the end a renewal
 * begins that nobody waits for; should it fail, the old one is handed out and a renewal tried from time to time, until
 * the real end. There is one renewal at a time for each region, and a caller's abort does not end it for the others.
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
  let refusal: { readonly error: unknown; readonly until: number } | undefined;
  const renewal = createSharedCall(async (context: CredentialContext, signal) => {
    if (refusal && Date.now() < refusal.until) throw refusal.error;
    try {
      const credentials = await renew({ ...context, signal });
      kept = keep(credentials);
      refusal = undefined;
      return credentials;
    } catch (error) {
      if (isRefusal(error)) refusal = { error, until: Date.now() + refusalMs };
      throw error;
    }
  });

  function renewAhead(current: Kept, context: CredentialContext, now: number): void {
    const pauseMs = Math.max(refusal ? refusalMs : leastPauseMs, (current.goodUntil - now) * marginShare);
    kept = { ...current, renewAt: now + pauseMs };
    renewal(context, undefined).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : "unknown failure";
      const { source, expiresAt } = current.credentials;
      context.logger.warn("a credential could not be renewed ahead of its end", {
        source,
        expiresAt,
        reason,
      });
    });
  }

  return async (context) => {
    context.signal?.throwIfAborted();
    if (sameCredentials(kept?.credentials, context.rejected)) kept = undefined;
    const now = Date.now();
    if (kept && now < kept.goodUntil) {
      const { credentials, renewAt } = kept;
      if (now >= renewAt) renewAhead(kept, context, now);
      return credentials;
    }
    const credentials = await renewal(context, context.signal);
    if (!sameCredentials(credentials, context.rejected)) return credentials;
    const { kind: credentialKind, source } = credentials;
    const text = `The ${source} was refused, and asking anew gave the same one.`;
    throw new AuthenticationError({ credentialKind, source }, text);
  };
}

function keep(credentials: Credentials): Kept {
  const now = Date.now();
  const end = credentials.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const marginOfLife = Math.min(marginMs, (end - now) * marginShare);
  const renewAt = end - marginOfLife * (1 - Math.random() * jitterShare);
  return { credentials, renewAt, goodUntil: Math.max(end, now + leastKeptMs) };
}
