import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
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

  it("[CLI-5] of one file can be looked into without being saved", async () => {
    const emulator = await emulatorWithAll();
    const words = "dds download sample --instance instance --region cn-north-4 --output -";
    const { stdout } = await shell(emulator, `$CLOUDHAUL ${words} | lz4 -dc | tar -t`);
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
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
    const child = spawn(process.execPath, [commandFile, "emulator", "--json"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const { environment } = JSON.parse(line) as { environment: NodeJS.ProcessEnv };
    const whoami = { arguments: ["whoami", "--region", "cn-north-4", "--json"], env: environment };
    const { exitCode, stdout } = await runProgram(commandFile, whoami);
    expect(exitCode).toBe(0);
    expect(linesOf(stdout)[0]).toMatchObject({ projectId: environment.HUAWEICLOUD_SDK_PROJECT_ID });
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([0, null]);
  });

  it("[CLI-21] where it is not installed, it says how to", async () => {
    const hidden = `import { registerHooks } from "node:module";
registerHooks({ resolve(name, context, next) {
  if (name === "@cloudhaul/emulator") throw Object.assign(new Error("not there"), { code: "ERR_MODULE_NOT_FOUND" });
  return next(name, context);
} });`;
    const nodeArguments = ["--import", `data:text/javascript,${encodeURIComponent(hidden)}`];
    const { exitCode, stderr } = await startProgram(commandFile, { arguments: ["emulator"], nodeArguments })
      .ended;
    expect(exitCode).toBe(2);
    expect(stderr).toContain("npm install @cloudhaul/emulator");
  });
});

/** Runs a line of a shell in which `$CLOUDHAUL` is the command; every part of a pipe must succeed. */
async function shell(emulator: Emulator, line: string): Promise<{ readonly stdout: string }> {
  const env = {
    ...process.env,
    ...commandEnvironment(emulator),
    CLOUDHAUL: `${process.execPath} ${commandFile}`,
  };
  return promisify(execFile)("bash", ["-o", "pipefail", "-c", line], { env });
}
