import { readdir, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { type Emulator, lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";
import { createHssDownloadClient } from "@cloudhaul/hss-download";
import { describe, expect, it, onTestFinished } from "vitest";
import { cloudhaul, commandEnvironment, commandFile, linesOf } from "./cloudhaul-command.ts";
import { startProgram } from "./killable-program.ts";
import { runProgram } from "./run-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const content = zipContent({ seed: "command jobs", bytes: 300_000 });
const services = ["hss", "iotda", "roma", "metastudio", "dds"] as const;

/** Whatever is started has ended when it is first asked for. */
async function startCloud(): Promise<Emulator> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  for (const name of services) if (name !== "dds") emulator.store[name].tasks.planAll({ content });
  return emulator;
}

/** Runs it with `--json` and expects it to end well. */
async function told(emulator: Emulator, words: readonly string[]): Promise<Record<string, unknown>[]> {
  const { exitCode, stdout, stderr } = await cloudhaul(emulator, [...words, "--json"]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return linesOf(stdout);
}

async function expectSaved(folder: string): Promise<void> {
  const [path = "", ...others] = await publishedFiles(folder);
  expect([others, await sha256OfFile(path)]).toEqual([[], await content.sha256()]);
}

const startsIn = ({ requests }: Emulator, part: string): number =>
  requests.filter(({ method, path }) => method === "POST" && path.includes(part)).length;

describe("hss", () => {
  it("[CLI-22] exports, waits and saves; the fields are those of the library", async () => {
    const emulator = await startCloud();
    const folder = await temporaryFolder();
    const headers = 'headers=[["host_name","Server"]]';
    const fields = [
      "--field",
      "assetType=port",
      "--field",
      headers,
      "--field",
      'searchParam={"port_string":"80"}',
    ];
    await told(emulator, ["hss", "export", "assets", ...fields, "-o", `${folder}/`]);
    await expectSaved(folder);
  });

  it("[CLI-22] knows every export that the client has", async () => {
    const emulator = await startCloud();
    const { stderr } = await cloudhaul(emulator, ["hss", "export", "everything", "--json"]);
    const hss = createHssDownloadClient({ region: "cn-north-4" });
    const kinds = Object.keys(hss).flatMap((name) => /^export(.+)$/.exec(name)?.[1] ?? []);
    const { stdout: help } = await runProgram(commandFile, { arguments: ["hss", "export", "--help"] });
    const shown = help.replace(/\s+/g, " ").replace(/- /g, "-");
    expect(kinds.length).toBeGreaterThan(10);
    for (const kind of kinds) {
      const word = kind.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
      expect(linesOf(stderr)[0]?.message).toContain(word);
      expect(shown).toContain(word);
    }
  });

  it("[CLI-22] waits for a task, and prints the id of its file", async () => {
    const emulator = await startCloud();
    const { taskId } = emulator.store.hss.startExport({ operation: "ExportVuls" });
    const { exitCode, stdout } = await cloudhaul(emulator, ["hss", "wait", taskId]);
    expect(exitCode).toBe(0);
    expect(emulator.store.hss.files.has(stdout.trimEnd())).toBe(true);
  });

  it("[CLI-8] killed while it waits, the same command goes on with the task that it started", async () => {
    const emulator = await startCloud();
    emulator.store.hss.tasks.planNext({ seconds: 3, content });
    const folder = await temporaryFolder();
    const words = ["hss", "export", "vulnerabilities", "--field", "category=host", "-o", `${folder}/`];
    const environment = {
      arguments: [...words, "--region", "cn-north-4"],
      env: commandEnvironment(emulator),
    };
    const first = startProgram(commandFile, environment);
    await expect
      .poll(() => emulator.requests.filter(({ method }) => method === "GET").length)
      .toBeGreaterThan(0);
    first.kill();
    await first.ended;
    const [, sum] = await told(emulator, words);
    expect(sum).toMatchObject({ files: 1, failed: 0 });
    expect(startsIn(emulator, "/vul/export")).toBe(1);
    await expectSaved(folder);
  });

  it("[CLI-2] a task that fails ends with 5, a wait that takes too long with 6", async () => {
    const emulator = await startCloud();
    emulator.store.hss.tasks.planNext({ outcome: "fails" });
    const words = ["hss", "export", "vulnerabilities", "--field", "category=host", "--json"];
    const failed = await cloudhaul(emulator, words, { cwd: await temporaryFolder() });
    expect([failed.exitCode, linesOf(failed.stderr)[0]?.code]).toEqual([5, "EXPORT_FAILED"]);
    emulator.store.hss.tasks.planNext({ seconds: 600 });
    const slow = await cloudhaul(emulator, [...words, "--wait-timeout", "300ms"], {
      cwd: await temporaryFolder(),
    });
    const [error] = linesOf(slow.stderr);
    expect([slow.exitCode, error?.code]).toEqual([6, "TIMEOUT_WAIT"]);
    expect(error?.taskId).toMatch(/./);
  });

  it("[CLI-6] a field that is none, or that HSS does not know, is refused before anything is sent", async () => {
    const emulator = await startCloud();
    for (const field of ["category", "=x", "categry=host"]) {
      const words = ["hss", "export", "vulnerabilities", "--field", field];
      expect((await cloudhaul(emulator, words)).exitCode).toBe(2);
    }
    expect(emulator.requests).toEqual([]);
  });
});

describe("iotda", () => {
  it("[CLI-22] finds a batch task, exports it, lists what it made, and deletes it", async () => {
    const emulator = await startCloud();
    const { taskId } = emulator.store.iotda.addBatchTask({
      taskType: "createDevices",
      taskName: "new devices",
    });
    const [found] = await told(emulator, ["iotda", "batch-tasks", "createDevices"]);
    expect(found).toMatchObject({ taskId, name: "new devices", type: "createDevices" });
    const folder = await temporaryFolder();
    await told(emulator, ["iotda", "export", taskId, "-o", `${folder}/`]);
    await expectSaved(folder);
    const { stdout } = await cloudhaul(emulator, ["iotda", "tasks", taskId]);
    const [exportTaskId = "", status, , , batchTask] = stdout.split("\t");
    expect([status, batchTask]).toEqual(["Success", taskId]);
    expect(await told(emulator, ["iotda", "delete", exportTaskId])).toEqual([{ deleted: exportTaskId }]);
    expect(await told(emulator, ["iotda", "tasks"])).toEqual([]);
  });

  it("[CLI-22] deletes the task after a verified save, if told so", async () => {
    const emulator = await startCloud();
    const { taskId } = emulator.store.iotda.addBatchTask();
    const folder = await temporaryFolder();
    await told(emulator, ["iotda", "export", taskId, "--clean-up", "-o", `${folder}/`]);
    await expectSaved(folder);
    expect(emulator.store.iotda.listExportTasks()).toEqual([]);
  });
});

describe("roma", () => {
  it("[CLI-22] finds what can be exported, exports it, and shows the job", async () => {
    const emulator = await startCloud();
    const { roma } = emulator.store;
    const { instanceId } = roma.addInstance();
    const { appId } = roma.addApp({ instanceId });
    const { taskId } = roma.addTask({ instanceId });
    const at = ["--instance", instanceId];
    expect(await told(emulator, ["roma", "instances"])).toMatchObject([{ instanceId }]);
    expect(await told(emulator, ["roma", "apps", ...at])).toMatchObject([{ appId }]);
    expect(await told(emulator, ["roma", "tasks", ...at])).toMatchObject([{ taskId }]);
    const folder = await temporaryFolder();
    await told(emulator, ["roma", "export", ...at, "--app", appId, "--task", taskId, "-o", `${folder}/`]);
    await expectSaved(folder);
    const [jobId = ""] = roma.jobs.keys();
    const { stdout } = await cloudhaul(emulator, ["roma", "job", jobId, "--wait", ...at]);
    expect(stdout).toMatch(/^SUCCEEDED\t/);
  });

  it("[CLI-22] makes another package when the first is lost on its way, if told so", async () => {
    const emulator = await startCloud();
    const { instanceId } = emulator.store.roma.addInstance();
    const { appId } = emulator.store.roma.addApp({ instanceId });
    emulator.faults.add({ match: "/archives/", cut: { afterBytes: 1000, by: "end" } });
    const folder = await temporaryFolder();
    const words = ["roma", "export", "--instance", instanceId, "--app", appId, "-o", `${folder}/`];
    await told(emulator, [...words, "--export-again"]);
    await expectSaved(folder);
    expect(startsIn(emulator, "/assets/export")).toBe(2);
  });
});

describe("metastudio", () => {
  it("[CLI-22] exports, shows, lists and deletes", async () => {
    const emulator = await startCloud();
    const folder = await temporaryFolder();
    const resource = "knowledge-intent-question-create";
    await told(emulator, ["metastudio", "export", resource, "--business", "skill-1", "-o", `${folder}/`]);
    await expectSaved(folder);
    const [task] = await told(emulator, ["metastudio", "tasks", "--since", "1h", "--resource", resource]);
    const taskId = String(task?.taskId);
    expect(await told(emulator, ["metastudio", "task", taskId, "--wait"])).toMatchObject([
      { taskId, resource },
    ]);
    await told(emulator, ["metastudio", "delete", taskId]);
    expect(await told(emulator, ["metastudio", "tasks"])).toEqual([]);
  });

  it("[CLI-22] reads a status as the flags say", async () => {
    const emulator = await startCloud();
    const words = ["metastudio", "export", "knowledge-intent-question-create", "--json"];
    const cwd = await temporaryFolder();
    const half = await cloudhaul(emulator, [...words, "--failed-status", "2"], { cwd });
    expect(half.exitCode).toBe(2);
    const { taskId } = emulator.store.metastudio.startTask({ kind: "export", resource: "r" });
    const [task] = await told(emulator, ["metastudio", "task", taskId]);
    const status = String(task?.status);
    const asked = [
      "metastudio",
      "task",
      taskId,
      "--wait",
      "--done-status",
      "none",
      "--failed-status",
      status,
      "--json",
    ];
    const failed = await cloudhaul(emulator, asked);
    expect([failed.exitCode, linesOf(failed.stderr)[0]?.code]).toEqual([5, "EXPORT_FAILED"]);
  });
});

describe("dds", () => {
  it("[CLI-22] makes a backup, lists it, saves the newest, and finds it whole, or not", async () => {
    const emulator = await startCloud();
    const { instanceId } = emulator.store.dds.addInstance({ name: "orders", mode: "Sharding", shards: 2 });
    const at = ["--instance", instanceId];
    expect(await told(emulator, ["dds", "instances"])).toMatchObject([{ instanceId, name: "orders" }]);
    expect((await cloudhaul(emulator, ["dds", "policy"])).stdout).toBe("open\n");
    const made = await cloudhaul(emulator, [
      "dds",
      "backup",
      "before-upgrade",
      ...at,
      "--description",
      "test",
    ]);
    const backupId = made.stdout.trimEnd();
    expect(await told(emulator, ["dds", "backups", ...at, "--since", "1d"])).toMatchObject([
      { backupId, name: "before-upgrade", status: "COMPLETED", type: "Manual" },
    ]);
    const folder = await temporaryFolder();
    const saved = await told(emulator, [
      "dds",
      "download",
      "--latest",
      ...at,
      "-o",
      folder,
      "--connections",
      "3",
    ]);
    expect(saved.at(-1)).toMatchObject({ type: "summary", files: 3 });
    const paths = saved.slice(0, -1).map(({ path }) => String(path));
    const verify = async () => runProgram(commandFile, { arguments: ["dds", "verify", ...paths, "--json"] });
    const whole = await verify();
    expect([whole.exitCode, linesOf(whole.stdout).map(({ isWhole }) => isWhole)]).toEqual([
      0,
      [true, true, true],
    ]);
    await truncate(String(paths[1]), 1000);
    const cut = await verify();
    expect([cut.exitCode, linesOf(cut.stdout).map(({ isWhole }) => isWhole)]).toEqual([
      7,
      [true, false, true],
    ]);
  });

  it("[CLI-22] saves all complete backups since a day, each in a folder of its own, and skips them the next time", async () => {
    const emulator = await startCloud();
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
    const files = [{ name: "same_name.tar.gz", content: lz4TarContent({ seed: "all", bytes: 50_000 }) }];
    const of = (backupId: string, days: number) => {
      const [beginTime, endTime] = [ago(days), ago(days - 0.1)];
      return { instanceId: "i", backupId, name: `name-${backupId}`, files, beginTime, endTime };
    };
    for (const [id, days] of [
      ["old", 9],
      ["b1", 3],
      ["b2", 2],
    ] as const)
      emulator.store.dds.addBackup(of(id, days));
    emulator.store.dds.addBackup({ ...of("broken", 1), status: "FAILED" });
    const folder = await temporaryFolder();
    const words = ["dds", "download", "--all-since", "7d", "--instance", "i", "-o", folder];
    expect((await told(emulator, words)).at(-1)).toMatchObject({ files: 2, failed: 0 });
    expect((await readdir(folder)).sort()).toEqual(["b1", "b2"]);
    expect((await readdir(join(folder, "b1"))).sort()).toEqual(["b1.manifest.json", "same_name.tar.gz"]);
    const again = await told(emulator, words);
    expect(again.map(({ attempts }) => attempts)).toEqual([0, 0, undefined]);
    const both = await cloudhaul(emulator, [...words, "--latest"]);
    expect(both.exitCode).toBe(2);
  });

  it("[CLI-2] a project that forbids downloads ends with 3", async () => {
    const emulator = await startCloud();
    const files = [{ name: "a.tar.gz", content: lz4TarContent({ seed: "closed", bytes: 1000 }) }];
    emulator.store.dds.addBackup({ instanceId: "i", backupId: "b", files });
    emulator.store.dds.setDownloadPolicy("close");
    const { exitCode, stdout } = await cloudhaul(emulator, ["dds", "policy"]);
    expect([exitCode, stdout]).toEqual([0, "close\n"]);
    const words = ["dds", "download", "b", "--instance", "i", "-o", await temporaryFolder()];
    expect((await cloudhaul(emulator, words)).exitCode).toBe(3);
  });

  it("[CLI-22] saves logs, those of each node in a folder of its own", async () => {
    const emulator = await startCloud();
    const { instanceId } = emulator.store.dds.addInstance({ mode: "ReplicaSet" });
    const folder = await temporaryFolder();
    const words = ["dds", "logs", "error", "--instance", instanceId, "-o", folder];
    const saved = await told(emulator, words);
    expect(saved.at(-1)).toMatchObject({ type: "summary", failed: 0 });
    const [first] = saved;
    expect((await readFile(String(first?.path))).length).toBe(first?.bytes);
    expect((await cloudhaul(emulator, words.with(2, "other"))).exitCode).toBe(2);
  });
});
