import { randomUUID } from "node:crypto";
import { gatewayUnauthenticated, jsonAnswer } from "./answers.ts";
import type { Content } from "./content.ts";
import type { ObsStore } from "./obs.ts";
import type { RouteContext, Service } from "./route.ts";
import type { DdsVariants } from "./variants.ts";

/** One file of a backup: a cluster has one for its config servers and one for each shard. */
export interface DdsBackupFile {
  readonly name: string;
  readonly content: Content;
  readonly groupId?: string | undefined;
  readonly groupName?: string | undefined;
}

/** A backup that is complete. */
export interface DdsBackup {
  readonly instanceId: string;
  readonly backupId: string;
  readonly files: readonly DdsBackupFile[];
}

/** The backups of the Document Database Service. Their files lie in OBS. */
export interface DdsStore {
  /** Adds a backup. Both ids are made up unless given. */
  addBackup(
    backup: Partial<Omit<DdsBackup, "files">> & {
      readonly files: readonly DdsBackupFile[];
      /** Of its objects. Default: now, by the emulator's clock. */
      readonly lastModified?: Date | undefined;
    },
  ): Omit<DdsBackup, "files">;
  /** By backup id. */
  readonly backups: ReadonlyMap<string, DdsBackup>;
}

/** The bucket that backups lie in; it belongs to the service, not to the user. */
const backupBucket = "ddsbucket.cloudhaul";

/** An empty store. */
export function createDdsStore(obs: ObsStore): DdsStore {
  const backups = new Map<string, DdsBackup>();
  return {
    backups,
    addBackup({
      instanceId = `${randomUUID().replaceAll("-", "")}in02`,
      backupId = `${randomUUID().replaceAll("-", "")}br02`,
      files,
      lastModified,
    }) {
      backups.set(backupId, { instanceId, backupId, files });
      for (const { name, content } of files)
        obs.put(backupBucket, objectKey(backupId, name), content, { lastModified });
      return { instanceId, backupId };
    },
  };
}

function objectKey(backupId: string, name: string): string {
  return `${backupId}/${name}`;
}

/**
 * DDS: its refusals have no request id.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_error_code.html
 */
export const dds: Service = {
  name: "dds",
  unauthenticated: gatewayUnauthenticated,
  wrongProject: () => refusal(400, "DBS.200010", "Authentication failed: the tenant does not match."),
  routes: [
    {
      method: "GET",
      path: "/v3/{project_id}/backups/download-file",
      auth: "signed",
      handle: getDownloadLinks,
    },
  ],
};

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0059.html */
function getDownloadLinks(_request: Request, { state, query }: RouteContext): Response {
  const instanceId = query.get("instance_id");
  const backupId = query.get("backup_id");
  if (!instanceId || !backupId)
    return refusal(400, "DBS.200001", "Parameter error: instance_id and backup_id are needed.");
  const { dds, obs } = state.store;
  if (![...dds.backups.values()].some((backup) => backup.instanceId === instanceId)) {
    return refusal(404, "DBS.200002", "The DB instance does not exist.");
  }
  const backup = dds.backups.get(backupId);
  if (backup?.instanceId !== instanceId) return refusal(400, "DBS.201214", "The backup file does not exist.");
  const expiresAt = new Date(state.now().getTime() + state.linkLifeSeconds * 1000);
  const files = backup.files.map((file) => ({
    name: file.name,
    size: Math.ceil(file.content.bytes / 1024),
    download_link: obs.link(backupBucket, objectKey(backupId, file.name)),
    link_expired_time: times[state.variants.dds.linkExpiredTime](expiresAt),
    group_id: file.groupId,
    group_name: file.groupName,
  }));
  return jsonAnswer(200, { files, bucket: backupBucket });
}

/** `malformed` is the vendor's own sample: `2018-08-016T10:15:14+0000`. */
const times: Readonly<Record<DdsVariants["linkExpiredTime"], (date: Date) => string>> = {
  offset: (date) => date.toISOString().replace(/\.\d+Z$/, "+0000"),
  malformed: (date) => times.offset(date).replace(/-(\d\d)T/, "-0$1T"),
};

function refusal(status: number, code: string, message: string): Response {
  return jsonAnswer(status, { error_code: code, error_msg: message });
}
