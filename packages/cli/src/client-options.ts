import { fromProfile, type ServiceClientOptions } from "@cloudhaul/core-auth";
import type { HttpOptions } from "@cloudhaul/core-http";
import type { FlagValues } from "./flags.ts";
import type { Session } from "./session.ts";

/** What the flags say of how requests are sent. */
export function httpOptions({ output }: Session, { retries }: FlagValues): HttpOptions {
  const retry = retries === undefined ? undefined : { maxAttempts: retries + 1 };
  return { retry, logger: output.logger, userAgent: "cloudhaul-cli" };
}

/** What the flags say of account and service. */
export function clientOptions(session: Session, flags: FlagValues): ServiceClientOptions {
  const { region, project: projectId, endpoint, profile } = flags;
  const credentials = profile === undefined ? undefined : fromProfile({ profile });
  return { ...httpOptions(session, flags), region, projectId, endpoint, credentials };
}
