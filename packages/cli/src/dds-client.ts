import {
  type Backup,
  createDdsBackupClient,
  type DdsBackupClient,
  type DdsInstance,
} from "@cloudhaul/dds-backup";
import { clientOptions } from "./client-options.ts";
import type { FlagValues } from "./flags.ts";
import type { KnownIds } from "./near-id.ts";
import type { Session } from "./session.ts";

/** A client as the flags say. */
export function ddsClient(session: Session, flags: FlagValues): DdsBackupClient {
  const { allowPrivateHosts } = flags;
  return createDdsBackupClient({ ...clientOptions(session, flags), allowPrivateHosts });
}

/** The project's backups, of which one was meant, of one of its instances. */
export function knownBackups(dds: DdsBackupClient, given: readonly string[]): KnownIds<Backup> {
  const idsOf = ({ backupId, instanceId }: Backup) => [backupId, instanceId];
  return { given, list: (options) => dds.listBackups({}, options), idsOf };
}

/** The project's instances, of which one was meant. */
export function knownInstances(dds: DdsBackupClient, given: string): KnownIds<DdsInstance> {
  const idsOf = ({ instanceId }: DdsInstance) => [instanceId];
  return { given: [given], list: (options) => dds.listInstances({}, options), idsOf };
}

const hourMs = 3_600_000;

/** An end for lists that must have one: what began just now counts, also by a clock that is ahead of this one. */
export function untilNow(): Date {
  return new Date(Date.now() + hourMs);
}
