import type { ServiceClientOptions } from "@cloudhaul/core-auth";

/** Options of {@link createDdsBackupClient}. */
export interface DdsBackupClientOptions extends ServiceClientOptions {
  /** Whether a link may lead to a private address, for clouds whose object store has none but such. Default false. */
  readonly allowPrivateHosts?: boolean | undefined;
}

/** Which backup. */
export interface BackupInput {
  /** `instance_id`: the instance that the backup is of. */
  readonly instanceId: string;
  /** `backup_id`. */
  readonly backupId: string;
  /** `X-Language`: the language of the service's messages. Default: not sent. */
  readonly language?: "en-us" | "zh-cn" | undefined;
}

/** One file of a backup. A backup of a cluster has several: of the config node and of each shard. */
export interface BackupFileLink {
  /** `name`. May end in `.tar.gz` although the content is LZ4. */
  readonly name: string;
  /**
   * `size`, in KB as the service gives it. Whether that is 1,000 or 1,024 bytes, and how it is rounded, is not
   * documented: it is no measure of the exact length. `undefined` where the service gives none that can be read.
   */
  readonly sizeKb: number | undefined;
  /** `download_link`: a pre-signed link, good for 15 minutes. A secret for as long as it lives. */
  readonly link: string;
  /** When the link ends, from the link itself or from `link_expired_time`; `undefined` where neither can be read. */
  readonly expiresAt: Date | undefined;
  /** `link_expired_time` as the service wrote it. */
  readonly expiresAtText: string | undefined;
  /** `group_id`: the part of a cluster. Not in the API's page, but in the official SDKs. */
  readonly groupId: string | undefined;
  /** `group_name`. */
  readonly groupName: string | undefined;
}

/** The links to a backup's files. */
export interface BackupDownloadLinks {
  readonly files: readonly BackupFileLink[];
  /** `bucket`: where the files lie. */
  readonly bucket: string | undefined;
}
