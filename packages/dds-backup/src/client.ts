import { createServiceClient } from "@cloudhaul/core-auth";
import {
  type CallOptions,
  checkInput,
  createDownload,
  createDownloadSet,
  createLinkSource,
  createSharedCall,
  type DownloadSet,
  ResponseFormatError,
} from "@cloudhaul/core-http";
import { errorKinds } from "./error-kinds.ts";
import { operations } from "./operations.ts";
import type { BackupDownloadLinks, BackupInput, DdsBackupClientOptions } from "./options.ts";
import { regions } from "./regions.ts";

/** A client of Document Database Service. */
export interface DdsBackupClient extends AsyncDisposable {
  /**
   * The links to a backup's files, good for 15 minutes. Each is a key to the file: keep them out of logs.
   *
   * @throws ServiceError with kind `not-found` when there is no such instance or backup
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
  const operation = operations.getBackupDownloadLinks;
  const getBackupDownloadLinks = (
    input: BackupInput,
    callOptions?: CallOptions,
  ): Promise<BackupDownloadLinks> =>
    client.call(
      operation,
      input,
      async () => (await import("./schemas.ts")).backupDownloadLinks,
      callOptions,
    );
  return {
    getBackupDownloadLinks,
    downloadBackup(input) {
      checkInput(operation.parameters, input);
      const asked = { ...input }; // a plan stays as it was made, whatever becomes of the caller's object
      const ids = [asked.instanceId, asked.backupId];
      return createDownloadSet({
        logger: client.settings.logger,
        identity: (signal) => client.identity(ids, signal),
        list: async (signal) => {
          const { files } = await getBackupDownloadLinks(asked, { signal });
          if (files.length === 0) throw noFiles(asked.backupId);
          const { service, host, projectId } = await client.identity(ids, signal);
          // The links of one backup are renewed together: one call for all files that ask while it runs.
          const askAgain = createSharedCall((_: undefined, shared) =>
            getBackupDownloadLinks(asked, { signal: shared }),
          );
          return files.map(({ name, link, groupId, groupName }) => {
            const identity = { service, host, projectId, ids: [...ids, ...(groupId ? [groupId] : []), name] };
            const about = {
              operation: operation.name,
              settings: client.settings,
              content: operation.content,
              fileName: name,
              identity,
              renew: async (renewSignal: AbortSignal | undefined) =>
                linkOf(await askAgain(undefined, renewSignal), name, groupId),
            };
            const download = createDownload(createLinkSource(link, { ...about, allowPrivateHosts }));
            return { download, fileName: name, group: groupName || groupId };
          });
        },
      });
    },
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function linkOf({ files }: BackupDownloadLinks, name: string, groupId: string | undefined): string {
  const file = files.find((one) => one.name === name && one.groupId === groupId);
  if (file) return file.link;
  throw new ResponseFormatError(
    "files",
    `DDS no longer names the file ${name} of this backup. Check in the console that it is still there.`,
  );
}

/** No file saved and no error would pass for a backup that is safe. */
function noFiles(backupId: string): ResponseFormatError {
  const text = `DDS names no file for the backup ${backupId}. Check in the console that it is complete, and that it is one that can be downloaded.`;
  return new ResponseFormatError("files", text);
}
