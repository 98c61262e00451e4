import { createServiceClient } from "@cloudhaul/core-auth";
import { type CallOptions, checkInput, type DownloadSet, type WaitOptions } from "@cloudhaul/core-http";
import type {
  Backup,
  BackupIdInput,
  CreateBackupInput,
  CreatedBackup,
  DeletedBackup,
  DownloadPolicy,
  LatestBackupInput,
  ListBackupsInput,
  WaitForBackupInput,
} from "./backup.ts";
import { downloadBackup, downloadLatestBackup, getBackupDownloadLinks } from "./backup-files.ts";
import { createBackup, getBackup, listBackups, waitForBackup } from "./backups.ts";
import { getDownloadPolicy } from "./download-policy.ts";
import { errorKinds } from "./error-kinds.ts";
import type { DdsInstance, ListInstancesInput } from "./instance.ts";
import { listInstances } from "./instances.ts";
import type { LogFile, LogsInput, LogsOptions } from "./log-file.ts";
import { downloadLogs, listLogs } from "./log-files.ts";
import { operations } from "./operations.ts";
import type { BackupDownloadLinks, BackupInput, DdsBackupClientOptions } from "./options.ts";
import { regions } from "./regions.ts";

/** A client of Document Database Service. */
export interface DdsBackupClient extends AsyncDisposable {
  /**
   * All instances of the project, page by page.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0023.html
   */
  listInstances(input?: ListInstancesInput, options?: CallOptions): AsyncIterable<DdsInstance>;
  /**
   * Backups, page by page: unless `type` says otherwise, all that are full.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0029.html
   * @example
   * ```ts
   * for await (const { backupId, name, status } of dds.listBackups({ instanceId: "i-1" })) console.log(backupId, name, status);
   * ```
   */
  listBackups(input?: ListBackupsInput, options?: CallOptions): AsyncIterable<Backup>;
  /**
   * One backup.
   *
   * @throws ServiceError with kind `not-found` when DDS lists none of that id
   */
  getBackup(input: BackupIdInput, options?: CallOptions): Promise<Backup>;
  /**
   * Begins a manual backup. It is sent once: when its answer is lost, look for the name in {@link listBackups} before making
   * another.
   *
   * @throws ConfigurationError when the name or the description is not allowed, before anything is sent
   * @throws ServiceError with kind `invalid` when a backup of that name exists, `busy` while the instance is in work
   * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0027.html
   */
  createBackup(input: CreateBackupInput, options?: CallOptions): Promise<CreatedBackup>;
  /**
   * Waits until a backup is complete, and resolves with it. The id of the backup is enough; with that of its job the service
   * tells how far it is, and why it failed.
   *
   * @throws ExportFailedError when it failed or is being deleted, or DDS does not list it for a minute
   * @throws TimeoutError when it takes longer than `timeoutMs`; the backup goes on
   * @example
   * ```ts
   * const { backupId, jobId } = await dds.createBackup({ instanceId: "i-1", name: "before-upgrade" });
   * await dds.waitForBackup({ backupId, jobId });
   * ```
   */
  waitForBackup(input: WaitForBackupInput, options?: WaitOptions): Promise<Backup>;
  /**
   * Begins to delete a manual backup.
   *
   * @throws ServiceError with kind `not-found` when there is none, `not-ready` while it is being made or deleted, `invalid`
   * when it is an automatic one
   * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0028.html
   */
  deleteBackup(input: Pick<BackupIdInput, "backupId">, options?: CallOptions): Promise<DeletedBackup>;
  /**
   * Whether backups may be downloaded from the Internet, a switch for the whole project. Downloads that are refused ask for
   * it by themselves, and say so.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0282.html
   */
  getDownloadPolicy(options?: CallOptions): Promise<DownloadPolicy>;
  /**
   * The links to a backup's files, good for 15 minutes. Each is a key to the file: keep them out of logs.
   *
   * @throws ServiceError with kind `not-found` when there is no such instance or backup, `not-ready` while it is being made,
   * `forbidden` when the project's download policy is `close`
   * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0059.html
   * @example
   * ```ts
   * const { files } = await dds.getBackupDownloadLinks({ instanceId: "i-1", backupId: "b-1" });
   * ```
   */
  getBackupDownloadLinks(input: BackupInput, options?: CallOptions): Promise<BackupDownloadLinks>;
  /**
   * All files of a backup. No credential is on the requests that fetch them. Each is an LZ4-compressed tar:
   * `lz4 -d FILE | tar -xC DIR`. Files of a cluster go to a folder for each of its parts.
   *
   * Consuming it rejects with a ResponseFormatError when the service names no file, and with a ConfigurationError when a
   * link is not https or leads to a private address.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @example
   * ```ts
   * const { files } = await dds.downloadBackup({ instanceId: "i-1", backupId: "b-1" }).toDirectory("backups/");
   * ```
   */
  downloadBackup(input: BackupInput): DownloadSet;
  /**
   * All files of the complete backup of an instance that was begun last. Which one it is, is asked when bytes are first
   * asked for, and stays so for all uses of the plan.
   *
   * Consuming it rejects with a ServiceError of kind `not-found` when no backup is complete, and as {@link downloadBackup}
   * does.
   *
   * @throws ConfigurationError at once when the input is wrong
   */
  downloadLatestBackup(input: LatestBackupInput): DownloadSet;
  /**
   * The files of error logs, with links that are good for 15 minutes, once the service has made them. A file that it could
   * not make has no link.
   *
   * @throws ConfigurationError at once when the input is wrong
   * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0096.html
   */
  listErrorLogs(input: LogsInput, options?: WaitOptions): AsyncIterable<LogFile>;
  /**
   * All files of error logs, those of each node in a folder of its own. An instance without any gives an empty set.
   *
   * Consuming it rejects with an IncompleteSetError, whose failures are ExportFailedErrors, when the service could not make
   * some of them, and with an ExportFailedError when it could make none.
   *
   * @throws ConfigurationError at once when the input is wrong
   */
  downloadErrorLogs(input: LogsInput, options?: LogsOptions): DownloadSet;
  /**
   * The same as {@link listErrorLogs}, of slow queries.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0094.html
   */
  listSlowLogs(input: LogsInput, options?: WaitOptions): AsyncIterable<LogFile>;
  /** The same as {@link downloadErrorLogs}, of slow queries. */
  downloadSlowLogs(input: LogsInput, options?: LogsOptions): DownloadSet;
  /** Closes idle connections. They close by themselves after a few seconds, too. */
  close(): Promise<void>;
}

/**
 * Makes a client of Document Database Service. Nothing is sent before the first call.
 *
 * @throws ConfigurationError when an option is wrong, or DDS is not known to run in the region
 * @example
 * ```ts
 * const dds = createDdsBackupClient({ region: "eu-west-101" });
 * ```
 */
export function createDdsBackupClient({
  allowPrivateHosts,
  ...options
}: DdsBackupClientOptions): DdsBackupClient {
  checkInput({ allowPrivateHosts: { type: "boolean" } }, { allowPrivateHosts });
  const client = createServiceClient({ service: "dds", regions, errorKinds }, options);
  const setting = { client, allowPrivateHosts };
  const { getErrorLogs, getSlowLogs } = operations;
  return {
    listInstances: (input = {}, callOptions) => listInstances(client, input, callOptions),
    listBackups: (input = {}, callOptions) => listBackups(client, input, callOptions),
    getBackup: (input, callOptions) => getBackup(client, input, callOptions),
    createBackup: (input, callOptions) => createBackup(client, input, callOptions),
    waitForBackup: (input, waitOptions) => waitForBackup(client, input, waitOptions),
    deleteBackup: (input, callOptions) =>
      client.call(
        operations.deleteBackup,
        input,
        async () => (await import("./schemas.ts")).deletedBackup,
        callOptions,
      ),
    getDownloadPolicy: (callOptions) => getDownloadPolicy(client, callOptions),
    getBackupDownloadLinks: (input, callOptions) => getBackupDownloadLinks(client, input, callOptions),
    downloadBackup: (input) => downloadBackup(setting, input),
    downloadLatestBackup: (input) => downloadLatestBackup(setting, input),
    listErrorLogs: (input, waitOptions) => listLogs(client, getErrorLogs, input, waitOptions),
    downloadErrorLogs: (input, waitOptions) => downloadLogs(setting, getErrorLogs, input, waitOptions),
    listSlowLogs: (input, waitOptions) => listLogs(client, getSlowLogs, input, waitOptions),
    downloadSlowLogs: (input, waitOptions) => downloadLogs(setting, getSlowLogs, input, waitOptions),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
