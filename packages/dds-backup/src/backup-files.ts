import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  type CallOptions,
  type CheckedOptions,
  checkInput,
  createSharedCall,
  type DownloadSet,
  ResponseFormatError,
  ServiceError,
} from "@cloudhaul/core-http";
import type { LatestBackupInput } from "./backup.ts";
import { findLatestBackup } from "./backups.ts";
import { explainRefusal } from "./download-policy.ts";
import { createLinkedSet } from "./linked-set.ts";
import { operations } from "./operations.ts";
import type { BackupDownloadLinks, BackupInput } from "./options.ts";
import { retold } from "./retold.ts";

/** A backup whose ids are known, with the words for it in errors where the user gave no id. */
interface ResolvedBackup extends BackupInput {
  readonly words?: string | undefined;
}

const { getBackupDownloadLinks: operation } = operations;

/** See the client. */
export async function getBackupDownloadLinks(
  client: ServiceClient,
  input: BackupInput,
  options: CallOptions = {},
): Promise<BackupDownloadLinks> {
  try {
    const schema = async () => (await import("./schemas.ts")).backupDownloadLinks;
    return await client.call(operation, input, schema, options);
  } catch (error) {
    throw await explainRefusal(client, error, options.signal);
  }
}

/** What the plan of a backup needs beside the ids. */
interface Setting {
  readonly client: ServiceClient;
  readonly allowPrivateHosts: boolean | undefined;
}

/** See the client. */
export function downloadBackup(setting: Setting, input: BackupInput): DownloadSet {
  checkInput(operation.parameters, input);
  const asked = { ...input }; // a plan stays as it was made, whatever becomes of the caller's object
  return downloadResolved(setting, async () => asked);
}

const latestRules: CheckedOptions = {
  instanceId: { required: true, maxLength: 64 },
  type: { values: ["Auto", "Manual", "Incremental"] },
  language: { values: ["en-us", "zh-cn"] },
};

/** See the client. What it finds it keeps: a file that is asked for again must be of the same backup. */
export function downloadLatestBackup(setting: Setting, input: LatestBackupInput): DownloadSet {
  checkInput(latestRules, input);
  const asked = { ...input };
  const { client } = setting;
  let found: ResolvedBackup | undefined;
  const find = createSharedCall(async (_: undefined, signal) => {
    const { backupId, name, beginTime } = await findLatestBackup(client, asked, signal);
    client.settings.logger.info("found the latest backup", { backupId, name, beginTime });
    const words = `The latest backup of ${asked.instanceId} is ${name} (${backupId}).`;
    found = { ...{ instanceId: asked.instanceId, backupId, language: asked.language }, words };
    return found;
  });
  return downloadResolved(setting, async (signal) => found ?? find(undefined, signal));
}

function downloadResolved(
  { client, allowPrivateHosts }: Setting,
  resolve: (signal: AbortSignal | undefined) => Promise<ResolvedBackup>,
): DownloadSet {
  return createLinkedSet({
    client,
    operation,
    allowPrivateHosts,
    explain: (error, signal) => explainRefusal(client, error, signal),
    ids: async (signal) => {
      const { instanceId: id, backupId } = await resolve(signal);
      return [id, backupId];
    },
    ask: async (signal) => {
      const { words, ...backup } = await resolve(signal);
      const { files } = await getBackupDownloadLinks(client, backup, { signal }).catch((error: unknown) => {
        throw words && ServiceError.isInstance(error) ? retold(error, words) : error;
      });
      if (files.length === 0) throw noFiles(backup.backupId);
      return files.map(({ name, link, groupId, groupName }) => ({
        ...{ name, link, part: groupId, group: groupName || groupId },
      }));
    },
  });
}

/** No file saved and no error would pass for a backup that is safe. */
function noFiles(backupId: string): ResponseFormatError {
  const text = `DDS names no file for the backup ${backupId}. Check in the console that it is complete, and that it is one that can be downloaded.`;
  return new ResponseFormatError("files", text);
}
