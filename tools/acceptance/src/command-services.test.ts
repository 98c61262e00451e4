import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import {
  type Emulator,
  lz4TarContent,
  startEmulator,
  type VariantOptions,
  zipContent,
} from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { cloudhaul, commandEnvironment, commandFile, linesOf } from "./cloudhaul-command.ts";
import { startEmulatorCommand } from "./emulator-command.ts";
import { startProgram } from "./killable-program.ts";
import { runProgram } from "./run-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { services } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const zip = zipContent({ seed: "command", bytes: 3_000_000, fileName: "export.zip" });
const backup = lz4TarContent({ seed: "command", bytes: 3_000_000, entries: 3 });

async function emulatorWithAll(variants: VariantOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ variants });
  onTestFinished(() => emulator.close());
  for (const service of services) service.add(emulator.store, service.name === "dds" ? backup : zip);
  return emulator;
}

/** Only these two ask for the instance. */
const idsOf = (name: string): string[] =>
  name === "roma" || name === "dds" ? ["sample", "--instance", "instance"] : ["sample"];

describe.each(services)("$name download", ({ name }) => {
  it("[CLI-20] saves the file whole, and its path is on stdout", async () => {
    const emulator = await emulatorWithAll();
    const folder = await temporaryFolder();
    const words = [name, "download", ...idsOf(name), "-o", `${folder}/new/`];
    const { exitCode, stdout, stderr } = await cloudhaul(emulator, words);
    expect([exitCode, stderr.includes("error")]).toEqual([0, false]);
    const content = name === "dds" ? backup : zip;
    expect(await sha256OfFile(stdout.trimEnd())).toBe(await content.sha256());
    expect(stderr).toContain(await content.sha256());
  });

  it("[CLI-2] an id that does not exist ends with 4, or with 5 where no code says so", async () => {
    const emulator = await emulatorWithAll();
    const words = [name, "download", ...idsOf(name).with(0, "missing"), "--json"];
    const { exitCode, stdout, stderr } = await cloudhaul(emulator, words, { cwd: await temporaryFolder() });
    const expected = name === "roma" ? [5, "SERVICE_INVALID"] : [4, "SERVICE_NOT_FOUND"];
    expect([exitCode, linesOf(stderr)[0]?.code, stdout]).toEqual([...expected, ""]);
  });

  it("[CLI-2] a wrong key ends with 3, and is not shown", async () => {
    const emulator = await emulatorWithAll();
    const env = { HUAWEICLOUD_SDK_SK: "WRONG-SECRET-KEY-0123456789" };
    const words = [name, "download", ...idsOf(name), "--json", "--verbose"];
    const { exitCode, stdout, stderr } = await cloudhaul(emulator, words, {
      cwd: await temporaryFolder(),
      env,
    });
    expect([exitCode, linesOf(stderr).at(-1)?.code]).toEqual([3, "AUTHENTICATION"]);
    expect(stdout + stderr).not.toContain("WRONG-SECRET");
    expect(stdout + stderr).not.toContain("Signature=");
  });
});

describe("a file that comes once", () => {
  it("[CLI-20] is not asked for a second time, and the second run ends with 9", async () => {
    const emulator = await emulatorWithAll();
    const folder = await temporaryFolder();
    const words = ["roma", "download", ...idsOf("roma"), "-o", `${folder}/`];
    expect((await cloudhaul(emulator, words)).exitCode).toBe(0);
    const before = emulator.requests.length;
    const second = await cloudhaul(emulator, [...words, "--json"]);
    expect([second.exitCode, second.stdout]).toEqual([9, ""]);
    expect(linesOf(second.stderr)[0]).toMatchObject({ code: "ONCE_ONLY", consumed: "yes", exitCode: 9 });
    const asked = emulator.requests.slice(before).filter(({ path }) => path.includes("/archives/"));
    expect(asked).toEqual([]);
  });

  it("[CLI-20] a cut ends with 9 and names what is kept, which clean leaves alone", async () => {
    const emulator = await emulatorWithAll();
    emulator.faults.add({ match: "/archives/", cut: { afterBytes: 1_000_000, by: "end" } });
    const folder = await temporaryFolder();
    const words = ["roma", "download", ...idsOf("roma"), "-o", `${folder}/`, "--json"];
    const { exitCode, stderr } = await cloudhaul(emulator, words);
    const [error] = linesOf(stderr);
    expect([exitCode, error?.consumed]).toEqual([9, "yes"]);
    const cleaning = { arguments: ["clean", folder, "--yes", "--json"] };
    expect(linesOf((await runProgram(commandFile, cleaning)).stdout)[0]).toMatchObject({ fate: "kept" });
    expect(await sha256OfFile(String(error?.partialPath))).toMatch(/^[0-9a-f]{64}$/);
  });

  it("[CLI-20] goes to stdout by way of a folder, and leaves nothing there", async () => {
    const emulator = await emulatorWithAll();
    const spool = await temporaryFolder();
    const words = `roma download sample --instance instance --region cn-north-4 -o - --spool ${spool}`;
    const { stdout } = await shell(emulator, `$CLOUDHAUL ${words} | sha256sum`);
    expect(stdout.slice(0, 64)).toBe(await zip.sha256());
    expect(await publishedFiles(spool)).toEqual([]);
  });
});

describe("a backup", () => {
  it("[CLI-20] of several parts goes to their folders; a second run fetches nothing", async () => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    const files = ["config", "shard_1", "shard_2"].map((groupName) => ({
      name: `${groupName}.tar.gz`,
      content: lz4TarContent({ seed: groupName, bytes: 500_000 }),
      groupName,
    }));
    emulator.store.dds.addBackup({ instanceId: "i", backupId: "b", files });
    const folder = await temporaryFolder();
    const words = ["dds", "download", "b", "--instance", "i", "-o", folder, "--connections", "3", "--json"];
    const { exitCode, stdout } = await cloudhaul(emulator, words);
    expect(exitCode).toBe(0);
    for (const { groupName, name, content } of files) {
      const path = join(folder, groupName, name);
      expect(linesOf(stdout)).toContainEqual(
        expect.objectContaining({ path, sha256: await content.sha256() }),
      );
      expect(await sha256OfFile(path)).toBe(await content.sha256());
    }
    const again = await cloudhaul(emulator, words);
    expect(linesOf(again.stdout).map(({ attempts }) => attempts)).toEqual([0, 0, 0, undefined]);
    const refused = await cloudhaul(emulator, [...words.slice(0, 5), "-o", "-"]);
    expect([refused.exitCode, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toContain("3 files");
  });

  it("[CLI-4] is told file by file, as each ends", async () => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    const files = ["fast", "slow", "gone"].map((name) => ({
      name,
      content: lz4TarContent({ seed: name, bytes: 500_000 }),
    }));
    emulator.store.dds.addBackup({ instanceId: "i", backupId: "b", files });
    emulator.faults.add({ match: "slow", bytesPerSecond: 1000 });
    emulator.faults.add({ match: "gone", answer: { status: 404 }, times: 9 });
    const folder = await temporaryFolder();
    const words = ["dds", "download", "b", "--instance", "i", "-o", folder, "--connections", "3"];
    const options = ["--region", "cn-north-4", "--json"];
    const child = spawn(process.execPath, [commandFile, ...words, ...options], {
      env: { ...process.env, ...commandEnvironment(emulator) },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const firstLine = async (stream: Readable) => (await once(createInterface(stream), "line"))[0] as string;
    const [saved, failed] = await Promise.all([firstLine(child.stdout), firstLine(child.stderr)]);
    expect(linesOf(saved)[0]).toMatchObject({ type: "file", path: join(folder, "fast") });
    expect(linesOf(failed)[0]).toMatchObject({ type: "error", code: "SERVICE_NOT_FOUND" });
    expect(await readdir(folder)).not.toContain("slow");
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([130, null]);
  });

  it("[CLI-20] is fetched by its links where there is no credential", async () => {
    const emulator = await emulatorWithAll();
    const folder = await temporaryFolder();
    const links = "dds links sample --instance instance --region cn-north-4 --quiet";
    const getting = `env -u HUAWEICLOUD_SDK_AK -u HUAWEICLOUD_SDK_SK $CLOUDHAUL get --input-file - -o ${folder}/`;
    await shell(emulator, `$CLOUDHAUL ${links} | ${getting}`);
    const [path = ""] = await publishedFiles(folder);
    expect(await sha256OfFile(path)).toBe(await backup.sha256());
  });
});

describe("whoami", () => {
  it("[CLI-3] tells who, where and which project, and no secret", async () => {
    const emulator = await emulatorWithAll();
    const { exitCode, stdout } = await cloudhaul(emulator, ["whoami", "--json"]);
    expect(exitCode).toBe(0);
    expect(linesOf(stdout)[0]).toMatchObject({
      type: "identity",
      source: "environment",
      projectId: emulator.projectId,
      region: "cn-north-4",
    });
    expect(stdout).not.toContain(emulator.accessKey.secretAccessKey);
    expect(stdout).not.toContain(emulator.accessKey.accessKeyId);
  });
});

describe("emulator", () => {
  it("[CLI-21] answers the other commands by what it prints, until it is ended", async () => {
    const { environment: env, downloads, end } = await startEmulatorCommand([process.execPath, commandFile]);
    const whoami = { arguments: ["whoami", "--region", "cn-north-4", "--json"], env };
    const { exitCode, stdout } = await runProgram(commandFile, whoami);
    expect(exitCode).toBe(0);
    expect(linesOf(stdout)[0]).toMatchObject({ projectId: env.HUAWEICLOUD_SDK_PROJECT_ID });
    for (const { words, sha256 } of downloads) {
      const folder = await temporaryFolder();
      const run = await runProgram(commandFile, { arguments: [...words, "-o", folder, "--json"], env });
      const saved = linesOf(run.stdout).filter(({ type }) => type === "file");
      expect(saved.map((file) => file.sha256)).toEqual(sha256);
    }
    expect(downloads.map(({ words }) => words[0])).toEqual(services.map(({ name }) => name));
    expect(await end()).toBe(0);
  });

  it("[CLI-21] where it is not installed, it says how to", async () => {
    const { exitCode, stderr } = await failingToLoad("ERR_MODULE_NOT_FOUND");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("npm install @cloudhaul/emulator");
  });

  it("[CLI-2] where it is broken, that is a fault of ours: it ends with 1, and asks for a report", async () => {
    const { exitCode, stderr } = await failingToLoad("ERR_PACKAGE_PATH_NOT_EXPORTED");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: this is a fault of cloudhaul\. Please report it, with these lines:\nError: /,
    );
  });
});

/** Runs `cloudhaul emulator` where Node refuses to load its package. */
async function failingToLoad(code: string) {
  const hooks = `import { registerHooks } from "node:module";
registerHooks({ resolve(name, context, next) {
  if (name === "@cloudhaul/emulator") throw Object.assign(new Error("refused"), { code: "${code}" });
  return next(name, context);
} });`;
  const nodeArguments = ["--import", `data:text/javascript,${encodeURIComponent(hooks)}`];
  return startProgram(commandFile, { arguments: ["emulator"], nodeArguments }).ended;
}

/** Runs a line of a shell in which `$CLOUDHAUL` is the command; every part of a pipe must succeed. */
async function shell(emulator: Emulator, line: string): Promise<{ readonly stdout: string }> {
  const env = {
    ...process.env,
    ...commandEnvironment(emulator),
    CLOUDHAUL: `${process.execPath} ${commandFile}`,
  };
  return promisify(execFile)("bash", ["-o", "pipefail", "-c", line], { env });
}
