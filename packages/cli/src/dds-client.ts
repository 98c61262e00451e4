import { createDdsBackupClient, type DdsBackupClient } from "@cloudhaul/dds-backup";
import { clientOptions } from "./client-options.ts";
import type { FlagValues } from "./flags.ts";
import type { Session } from "./session.ts";

/** A client as the flags say. */
export function ddsClient(session: Session, flags: FlagValues): DdsBackupClient {
  const { allowPrivateHosts } = flags;
  return createDdsBackupClient({ ...clientOptions(session, flags), allowPrivateHosts });
}

const hourMs = 3_600_000;

/** An end for lists that must have one: what began just now counts, also by a clock that is ahead of this one. */
export function untilNow(): Date {
  return new Date(Date.now() + hourMs);
}
