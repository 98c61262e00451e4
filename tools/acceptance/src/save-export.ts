import { CloudhaulError, type Download } from "@cloudhaul/core-http";
import { createIotdaExportClient, type ExportBatchTaskInput } from "@cloudhaul/iotda-export";
import { createMetastudioIesClient, type ExportResourceInput } from "@cloudhaul/metastudio-ies";
import { type AssetExportInput, createRomaAssetsClient } from "@cloudhaul/roma-assets";

// Does one whole job, and says what became of it: the file, or the error's fields.
const [, , service = "", input = "{}", options = "{}", target = ""] = process.argv;
const settings = { region: "cn-north-4", retry: { baseDelayMs: 1 } };

/** Of each service: its client, and its whole job. */
const jobs: Readonly<
  Record<string, (input: unknown, options: object) => readonly [AsyncDisposable, Download]>
> = {
  roma(given, how) {
    const client = createRomaAssetsClient(settings);
    return [client, client.exportAssets(given as AssetExportInput, how)];
  },
  iotda(given, how) {
    const client = createIotdaExportClient({ ...settings, downloadIntervalMs: 0 });
    return [client, client.exportBatchTask(given as ExportBatchTaskInput, how)];
  },
  metastudio(given, how) {
    const client = createMetastudioIesClient(settings);
    return [client, client.exportResource(given as ExportResourceInput, how)];
  },
};

const job = jobs[service]?.(JSON.parse(input), JSON.parse(options) as object);
if (!job) throw new Error(`There is no job of ${service}.`);
const [client, plan] = job;
try {
  const { path, bytes, sha256 } = await plan.toFile(target);
  console.log(JSON.stringify({ path, bytes, sha256 }));
} catch (error) {
  if (!CloudhaulError.isInstance(error)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
} finally {
  await client[Symbol.asyncDispose]();
}
