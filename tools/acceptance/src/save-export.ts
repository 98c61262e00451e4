import { CloudhaulError, type Download, type SavedFile } from "@cloudhaul/core-http";
import { createDdsBackupClient, type LatestBackupInput } from "@cloudhaul/dds-backup";
import { createHssDownloadClient, type ExportVulnerabilitiesInput } from "@cloudhaul/hss-download";
import { createIotdaExportClient, type ExportBatchTaskInput } from "@cloudhaul/iotda-export";
import { createMetastudioIesClient, type ExportResourceInput } from "@cloudhaul/metastudio-ies";
import { type AssetExportInput, createRomaAssetsClient } from "@cloudhaul/roma-assets";

// Does one whole job, and says what became of it: the file, or the error's fields.
const [, , service = "", input = "{}", options = "{}", target = ""] = process.argv;
const settings = { region: "cn-north-4", retry: { baseDelayMs: 1 } };

type Job = readonly [client: AsyncDisposable, save: () => Promise<SavedFile>];
const saving = (client: AsyncDisposable, plan: Download): Job => [client, () => plan.toFile(target)];

/** Of each service: its client, and its whole job. */
const jobs: Readonly<Record<string, (input: unknown, options: object) => Job>> = {
  hss(given, how) {
    const client = createHssDownloadClient(settings);
    return saving(client, client.exportVulnerabilities(given as ExportVulnerabilitiesInput, how));
  },
  roma(given, how) {
    const client = createRomaAssetsClient(settings);
    return saving(client, client.exportAssets(given as AssetExportInput, how));
  },
  iotda(given, how) {
    const client = createIotdaExportClient({ ...settings, downloadIntervalMs: 0 });
    return saving(client, client.exportBatchTask(given as ExportBatchTaskInput, how));
  },
  metastudio(given, how) {
    const client = createMetastudioIesClient(settings);
    return saving(client, client.exportResource(given as ExportResourceInput, how));
  },
  dds(given) {
    const client = createDdsBackupClient(settings);
    const set = client.downloadLatestBackup(given as LatestBackupInput);
    return [client, async () => (await set.toDirectory(target)).files[0] as SavedFile];
  },
};

const job = jobs[service]?.(JSON.parse(input), JSON.parse(options) as object);
if (!job) throw new Error(`There is no job of ${service}.`);
const [client, save] = job;
try {
  const { path, bytes, sha256 } = await save();
  console.log(JSON.stringify({ path, bytes, sha256 }));
} catch (error) {
  if (!CloudhaulError.isInstance(error)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
} finally {
  await client[Symbol.asyncDispose]();
}
