import { lz4TarContent } from "./lz4-tar-content.ts";
import type { EmulatorStore } from "./state.ts";
import { zipContent } from "./zip-content.ts";

const mebibyte = 1024 ** 2;

/** Fills the store with one download of each service, of 32 MiB and more, the same at every start. */
export function addDemoFiles({ hss, iotda, roma, metastudio, dds }: EmulatorStore): void {
  const zip = (seed: string, mebibytes: number) =>
    zipContent({ seed, bytes: mebibytes * mebibyte, fileName: `${seed}.zip` });
  hss.addFile({ fileId: "demo-hss-file", content: zip("hss-vul", 32) });
  iotda.addExportTask({ exportTaskId: "5f1e6a2b3c4d5e6f70819203", content: zip("iotda-batch-task", 34) });
  roma.addArchive({
    instanceId: "demo-roma-instance",
    archiveId: "demo-roma-archive",
    content: zip("roma-assets", 36),
  });
  metastudio.addResult({ taskId: "demo-metastudio-task", content: zip("metastudio-result", 40) });
  const backup = (seed: string) => lz4TarContent({ seed, bytes: 33 * mebibyte, entries: 3 });
  dds.addBackup({
    instanceId: "demo-dds-instance",
    backupId: "demo-dds-backup",
    files: [
      {
        name: "demo_config_.tar.gz",
        content: backup("dds-config"),
        groupId: "demo-config",
        groupName: "config",
      },
      {
        name: "demo_shard-1_.tar.gz",
        content: backup("dds-shard"),
        groupId: "demo-shard-1",
        groupName: "shard_1",
      },
    ],
  });
}
