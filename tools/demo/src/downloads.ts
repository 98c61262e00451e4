import { join } from "node:path";
import { CloudhaulError, type ProgressEvent } from "@cloudhaul/core-http";
import { createDdsBackupClient } from "@cloudhaul/dds-backup";
import { createHssDownloadClient } from "@cloudhaul/hss-download";
import { createIotdaExportClient } from "@cloudhaul/iotda-export";
import { createMetastudioIesClient } from "@cloudhaul/metastudio-ies";
import { createRomaAssetsClient } from "@cloudhaul/roma-assets";

/** How each download of the demo runs. */
export interface DemoOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (event: ProgressEvent) => void;
  /** A folder kept from an earlier run is filled again. */
  readonly overwrite: true;
}

const region = "cn-north-4";
const romaArchive = { instanceId: "demo-roma-instance", archiveId: "demo-roma-archive" };

/** What a user's program would write for each service but ROMA; resolves to the paths of what was saved in `folder`. */
export const downloads: Readonly<
  Record<string, (folder: string, options: DemoOptions) => Promise<readonly string[]>>
> = {
  async hss(folder, options) {
    const hss = createHssDownloadClient({ region });
    return [(await hss.downloadExportedFile({ fileId: "demo-hss-file" }).toFile(folder, options)).path];
  },
  async iotda(folder, options) {
    const iotda = createIotdaExportClient({ region });
    const download = iotda.downloadExportFile({ exportTaskId: "5f1e6a2b3c4d5e6f70819203" });
    return [(await download.toFile(folder, options)).path];
  },
  async metastudio(folder, options) {
    const metastudio = createMetastudioIesClient({ region });
    const download = metastudio.downloadResultFile({ taskId: "demo-metastudio-task" });
    return [(await download.toFile(folder, options)).path];
  },
  async dds(folder, options) {
    const dds = createDdsBackupClient({ region });
    const backup = dds.downloadBackup({ instanceId: "demo-dds-instance", backupId: "demo-dds-backup" });
    const { files } = await backup.toDirectory(folder, options);
    return files.map(({ path }) => path);
  },
};

/** An attempt that must be refused. */
export interface RefusedAttempt {
  readonly attempt: string;
  readonly error: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Downloads the ROMA archive, and then tries three times more what can be had once: by the same download, by a new one into
 * the same folder, and by a new one into another, where nothing is known of the first.
 *
 * @param onSaved - told of the one file that comes
 */
export async function downloadRomaOnce(
  folder: string,
  options: DemoOptions,
  onSaved: (path: string) => void,
): Promise<readonly RefusedAttempt[]> {
  const roma = createRomaAssetsClient({ region });
  const download = roma.downloadAssetPackage(romaArchive);
  onSaved((await download.toFile(folder, options)).path);
  const { signal } = options;
  const anew = (target: string) => roma.downloadAssetPackage(romaArchive).toFile(target, { signal });
  return [
    await refusalOf("the same download again", () => download.toFile(folder, { signal })),
    await refusalOf("a new download into the same folder", () => anew(folder)),
    await refusalOf("a new download into another folder", () => anew(join(folder, "another/"))),
  ];
}

async function refusalOf(attempt: string, run: () => Promise<unknown>): Promise<RefusedAttempt> {
  try {
    await run();
  } catch (error) {
    if (!CloudhaulError.isInstance(error)) throw error;
    return { attempt, error: error.name, code: error.code, message: error.message };
  }
  throw new Error(`ROMA: ${attempt} was not refused.`);
}
