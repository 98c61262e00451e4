import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Content, type Emulator, lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";
import { expect, it, onTestFinished } from "vitest";
import { type CodeBlock, markdownBlocks } from "../../checks/src/code-blocks.ts";
import { runProgram } from "./run-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = resolve(import.meta.dirname, "../../..");
/** A service that the emulator does not know runs the programs of its README itself. */
const runsThemItself = (file: string): boolean => existsSync(join(root, dirname(file), "src/readme.test.ts"));
const programs = globSync(["README.md", "packages/*/README.md"], { cwd: root })
  .filter((file) => !runsThemItself(file))
  .flatMap((file) => markdownBlocks(file, readFileSync(join(root, file), "utf8")));

/** Asks a host of the real cloud by its name; type-checked with all others, and no more. */
const isForTheRealCloud = ({ code }: CodeBlock): boolean => /url: "https:.*await exchange\(/s.test(code);

const zip = (seed: string): Content => zipContent({ seed, bytes: 500_000 });
const backup = (seed: string): Content => lz4TarContent({ seed, bytes: 500_000 });

/** What a program leaves on the disk if its text holds the words on the left. */
const contents: Readonly<Record<string, readonly Content[]>> = {
  HSS_FILE_ID: [zip("hss")],
  IOTDA_EXPORT_TASK_ID: [zip("iotda")],
  ROMA_ARCHIVE_ID: [zip("roma")],
  METASTUDIO_TASK_ID: [zip("metastudio")],
  DDS_BACKUP_ID: [backup("config"), backup("shard")],
  "downloadLink(": [zip("link")],
  "dds.createBackup(": [backup("dds-job")],
  "hss.export": [zip("hss-job")],
  "roma.export": [zip("roma-job")],
  "iotda.export": [zip("iotda-job")],
  "metastudio.export": [zip("metastudio-job")],
};

/** Adds everything that a program may ask for, and tells the environment by which it does. */
function fill({ store, url, accessKey, projectId }: Emulator): NodeJS.ProcessEnv {
  const [hss, iotda, roma, metastudio] = Object.values(contents).map(([content]) => content as Content);
  if (!hss || !iotda || !roma || !metastudio) throw new Error("Four services give one file each.");
  const { fileId } = store.hss.addFile({ content: hss });
  for (const service of ["hss", "roma", "iotda", "metastudio"] as const)
    store[service].tasks.planAll({ content: contents[`${service}.export`]?.[0] });
  const { exportTaskId } = store.iotda.addExportTask({ content: iotda });
  const archive = store.roma.addArchive({ content: roma });
  const { taskId } = store.metastudio.addResult({ content: metastudio });
  const files = (contents.DDS_BACKUP_ID ?? []).map((content, index) => ({
    name: `part-${index}.tar.gz`,
    content,
    groupName: `group-${index}`,
  }));
  const added = store.dds.addBackup({ files });
  const [made] = contents["dds.createBackup("] ?? [];
  if (made) store.dds.planFiles([{ name: "made.tar.gz", content: made }]);
  const endpoints = ["HSS", "IOTDA", "ROMA", "METASTUDIO", "DDS"].map(
    (service) => [`HUAWEICLOUD_SDK_REGION_${service}_CN_NORTH_4`, url] as const,
  );
  return {
    HUAWEICLOUD_SDK_AK: accessKey.accessKeyId,
    HUAWEICLOUD_SDK_SK: accessKey.secretAccessKey,
    HUAWEICLOUD_SDK_PROJECT_ID: projectId,
    HUAWEICLOUD_SDK_IAM_ENDPOINT: url,
    ...Object.fromEntries(endpoints),
    HSS_FILE_ID: fileId,
    IOTDA_EXPORT_TASK_ID: exportTaskId,
    IOTDA_BATCH_TASK_ID: store.iotda.addBatchTask().taskId,
    ROMA_INSTANCE_ID: archive.instanceId,
    ROMA_ARCHIVE_ID: archive.archiveId,
    ROMA_APP_ID: store.roma.addApp({ instanceId: archive.instanceId }).appId,
    METASTUDIO_TASK_ID: taskId,
    DDS_INSTANCE_ID: added.instanceId,
    DDS_BACKUP_ID: added.backupId,
  };
}

/** A project in which our packages are installed. */
async function projectWith(code: string): Promise<string> {
  const folder = await temporaryFolder();
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  await mkdir(join(folder, "project"));
  await writeFile(join(folder, "project/program.mts"), code);
  return join(folder, "project");
}

it("finds the programs, one for each service at least in two places", () => {
  const namesOfServices = Object.keys(contents).filter((name) => name.endsWith("_ID"));
  for (const name of namesOfServices) {
    const files = programs.filter(({ code }) => code.includes(name)).map(({ file }) => file);
    expect(files.length, name).toBeGreaterThanOrEqual(2);
    expect(files).toContain("README.md");
  }
  expect(programs.filter(isForTheRealCloud).map(({ file }) => file)).toEqual([
    "packages/core-auth/README.md",
  ]);
});

it.each(programs.filter((program) => !isForTheRealCloud(program)))(
  "$file:$line runs as it stands",
  async ({ code }) => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    const env = fill(emulator);
    const [linked] = contents["downloadLink("] ?? [];
    if (linked) emulator.store.obs.put("bucket", "file.zip", linked);
    const cwd = await projectWith(code);
    const { exitCode, stderr } = await runProgram("program.mts", {
      arguments: [emulator.store.obs.link("bucket", "file.zip")],
      cwd,
      env,
    });
    expect(exitCode, stderr).toBe(0);
    const wanted = Object.entries(contents).filter(([words]) => code.includes(words));
    const expected = await Promise.all(wanted.flatMap(([, files]) => files.map((file) => file.sha256())));
    const paths = (await publishedFiles(cwd)).filter((path) => !/program\.mts$|\.manifest\.json$/.test(path));
    expect((await Promise.all(paths.map(sha256OfFile))).sort()).toEqual(expected.sort());
  },
);
