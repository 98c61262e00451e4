import type { FileOptions, WaitOptions } from "@cloudhaul/core-http";
import { createDdsBackupClient } from "@cloudhaul/dds-backup";
import { type Content, type Emulator, lz4TarContent, zipContent } from "@cloudhaul/emulator";
import { createHssDownloadClient } from "@cloudhaul/hss-download";
import { createIotdaExportClient } from "@cloudhaul/iotda-export";
import { createMetastudioIesClient } from "@cloudhaul/metastudio-ies";
import { createRomaAssetsClient } from "@cloudhaul/roma-assets";
import type { ClientOptions, Service } from "./services.ts";

/** How a job is to go, and where to. */
export interface JobOptions {
  readonly folder: string;
  readonly wait: Pick<WaitOptions, "pollIntervalMs" | "timeoutMs" | "onStatus">;
  readonly file?: Pick<FileOptions, "onProgress">;
}

/** What the job of a service exports, waits for and downloads. */
export interface WholeJob {
  readonly service: Service["name"];
  /** Of what the service makes. */
  readonly content: Content;
  /** Adds what there is to export, and plans how the export goes. */
  prepare(emulator: Emulator, seconds: number): void;
  /** Does it all; resolves with the digest of the file. */
  run(client: ClientOptions, options: JobOptions): Promise<string | undefined>;
}

const zip = zipContent({ seed: "whole job", bytes: 1024 ** 2 });
const backup = lz4TarContent({ seed: "whole job", bytes: 1024 ** 2 });
const instanceId = "instance";
const batchTaskId = "0123456789abcdef01234567";
/** As the emulator tells the end of a task of MetaStudio, which no document does. */
const isFinished = ({ status }: { readonly status?: unknown }): boolean | "failed" =>
  status === 2 ? "failed" : status === 1;

/** Of each of the five. */
export const wholeJobs: Readonly<Record<Service["name"], WholeJob>> = {
  hss: {
    ...{ service: "hss", content: zip },
    prepare: ({ store }, seconds) => store.hss.tasks.planAll({ seconds, content: zip }),
    async run(client, { folder, wait, file }) {
      const hss = createHssDownloadClient(client);
      const plan = hss.exportVulnerabilities({ category: "host" }, wait);
      return (await plan.toFile(`${folder}/`, file).finally(() => hss.close())).sha256;
    },
  },
  iotda: {
    ...{ service: "iotda", content: zip },
    prepare({ store }, seconds) {
      store.iotda.addBatchTask({ taskId: batchTaskId });
      store.iotda.tasks.planAll({ seconds, content: zip });
    },
    async run(client, { folder, wait, file }) {
      const iotda = createIotdaExportClient({ ...client, downloadIntervalMs: 0 });
      const plan = iotda.exportBatchTask({ taskId: batchTaskId }, wait);
      return (await plan.toFile(`${folder}/`, file).finally(() => iotda.close())).sha256;
    },
  },
  roma: {
    ...{ service: "roma", content: zip },
    prepare({ store }, seconds) {
      store.roma.addApp({ instanceId, appId: "app" });
      store.roma.tasks.planAll({ seconds, content: zip });
    },
    async run(client, { folder, wait, file }) {
      const roma = createRomaAssetsClient(client);
      const plan = roma.exportAssets({ instanceId, apps: ["app"] }, wait);
      return (await plan.toFile(`${folder}/`, file).finally(() => roma.close())).sha256;
    },
  },
  metastudio: {
    ...{ service: "metastudio", content: zip },
    prepare: ({ store }, seconds) => store.metastudio.tasks.planAll({ seconds, content: zip }),
    async run(client, { folder, wait, file }) {
      const metastudio = createMetastudioIesClient(client);
      const plan = metastudio.exportResource({ resource: "questions" }, { ...wait, isFinished });
      return (await plan.toFile(`${folder}/`, file).finally(() => metastudio.close())).sha256;
    },
  },
  // A backup is there to be downloaded long after it was made: it is three calls.
  dds: {
    ...{ service: "dds", content: backup },
    prepare({ store }, seconds) {
      store.dds.addInstance({ instanceId });
      store.dds.tasks.planAll({ seconds, content: backup });
    },
    async run(client, { folder, wait, file }) {
      const dds = createDdsBackupClient(client);
      try {
        const { backupId, jobId } = await dds.createBackup({ instanceId, name: "whole-job" });
        await dds.waitForBackup({ backupId, instanceId, jobId }, wait);
        const plan = dds.downloadBackup({ instanceId, backupId });
        return (await plan.toDirectory(folder, { ...file, stopOnError: true })).files[0]?.sha256;
      } finally {
        await dds.close();
      }
    },
  },
};
