import { linkExpiry } from "./link-expiry.ts";
import { createSharedCall } from "./shared-call.ts";

/** Asks for a fresh link to the same file. */
export type RenewLink = (signal: AbortSignal | undefined) => Promise<string>;

/** A link that is replaced before, or when, it ends. */
export interface RenewableLink {
  /** The link to use now; one that is near its end is renewed first. */
  current(signal: AbortSignal | undefined): Promise<string>;
  /** A fresh link in place of one that was refused; `undefined` where there is no way to get one. */
  replace(refused: string, signal: AbortSignal | undefined): Promise<string | undefined>;
}

/** A link is near its end in the last fifth of its life, and in the last minute at most: a request must still get through. */
const lastFraction = 0.2;
const lastMs = 60_000;

/**
 * Renews a link once for all who need it.
 *
 * @param check - throws for a link that must not be followed
 */
export function createRenewableLink(
  url: string,
  renew: RenewLink | undefined,
  check: (url: string) => void,
): RenewableLink {
  let link = url;
  let obtainedAt = Date.now();

  /** One connection that is given up must not take the fresh link from the others. */
  const renewed = createSharedCall(async (askForLink: RenewLink, signal) => {
    const fresh = await askForLink(signal);
    check(fresh);
    obtainedAt = Date.now();
    link = fresh;
    return fresh;
  });

  function isNearItsEnd(): boolean {
    const expiresAt = linkExpiry(link)?.getTime() ?? Number.POSITIVE_INFINITY;
    // Over when it was fresh: this machine's clock is off, and cannot tell. The store will.
    if (expiresAt <= obtainedAt) return false;
    return expiresAt - Date.now() < Math.min(lastMs, (expiresAt - obtainedAt) * lastFraction);
  }

  return {
    current: async (signal) => (renew && isNearItsEnd() ? renewed(renew, signal) : link),
    async replace(refused, signal) {
      if (!renew) return undefined;
      return link === refused ? renewed(renew, signal) : link; // another connection has renewed it meanwhile
    },
  };
}
