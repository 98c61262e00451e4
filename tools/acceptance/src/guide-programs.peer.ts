import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { type AddressInfo, connect } from "node:net";
import { join, resolve } from "node:path";
import { createServer } from "node:tls";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { commandFile } from "./cloudhaul-command.ts";
import { type GuideScene, startGuideScene } from "./guide-scene.ts";
import { signCertificate } from "./private-authority.ts";
import { runProgram } from "./run-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = resolve(import.meta.dirname, "../../..");
const examples = join(root, "docs/examples");
const example = (file: string): Promise<string> => readFile(join(examples, file), "utf8");

/** Where the guides put things on a machine; here they are in folders of the test. */
interface Machine {
  readonly cwd: string;
  /** What the guides call `/backups`. */
  readonly backups: string;
  /** Runs a line as cron or systemd would, with the paths of this machine in place of the guides'. */
  shell(line: string): Promise<string>;
}

/** A machine on which the command is installed, and the files of the guide are in their places. */
async function setUpMachine({ env }: GuideScene): Promise<Machine> {
  const [cwd, bin, etc, backups] = await Promise.all([1, 2, 3, 4].map(temporaryFolder));
  if (!cwd || !bin || !etc || !backups) throw new Error("Four folders were asked for.");
  await symlink(commandFile, join(bin, "cloudhaul"));
  await symlink(process.execPath, join(bin, "node"));
  const script = join(bin, "nightly-backup");
  await copyFile(join(examples, "nightly-backup.sh"), script);
  await chmod(script, 0o755);
  const values: NodeJS.ProcessEnv = { ...env, BACKUP_FOLDER: backups };
  const settings = (await example("cloudhaul.env")).replace(
    /^(export (\w+)=).*$/gm,
    (_, start: string, name: string) => `${start}${values[name]}`,
  );
  await writeFile(join(etc, "cloudhaul.env"), settings);
  const here = (line: string): string =>
    line
      .replaceAll("/etc/cloudhaul.env", join(etc, "cloudhaul.env"))
      .replaceAll("/usr/local/bin/nightly-backup", script);
  // cron gives little more than a path; the secrets come from the file.
  const { HUAWEICLOUD_SDK_AK: _key, HUAWEICLOUD_SDK_SK: _secret, DDS_INSTANCE_ID: _instance, ...rest } = env;
  return {
    cwd,
    backups,
    async shell(line) {
      const { stdout } = await promisify(execFile)("/bin/sh", ["-c", here(line)], {
        cwd,
        env: { ...rest, PATH: `${bin}:${process.env.PATH}` },
      });
      return stdout;
    },
  };
}

const digestsIn = async (folder: string): Promise<readonly string[]> => {
  const files = (await publishedFiles(folder)).filter((path) => /\.(zip|gz)$|backup|export/.test(path));
  const saved = files.filter((path) => !/\.json$|headers\.txt$/.test(path));
  return Promise.all(saved.map(sha256OfFile));
};

it("the command of the first download saves the file, and whoami tells who asks", async () => {
  const scene = await startGuideScene();
  const machine = await setUpMachine(scene);
  const all = { ...scene.env, PATH: process.env.PATH };
  const run = async (file: string) => {
    const { stdout } = await promisify(execFile)(
      "/bin/sh",
      ["-c", `cloudhaul() { "${process.execPath}" "${commandFile}" "$@"; }\n${await example(file)}`],
      { cwd: machine.cwd, env: all },
    );
    return stdout;
  };
  await run("first-download.sh");
  expect(await digestsIn(machine.cwd)).toEqual([await scene.contents.HSS_FILE_ID?.sha256()]);
  expect(await run("who-am-i.sh")).toContain(scene.emulator.projectId);
});

it("the line of the crontab saves the newest backup and looks at it, and a second night fetches nothing", async () => {
  const scene = await startGuideScene();
  const machine = await setUpMachine(scene);
  const [line = "", ...more] = (await example("nightly-backup.crontab"))
    .split("\n")
    .filter((text) => text && !text.startsWith("#"));
  expect(more).toEqual([]);
  const [, when, command = ""] = /^((?:\S+ ){5})(.*)$/.exec(line) ?? [];
  expect(when).toBe("0 3 * * * ");
  await machine.shell(command);
  expect(await digestsIn(machine.backups)).toEqual([await scene.contents.DDS_BACKUP_ID?.sha256()]);
  const fetched = () => scene.emulator.store.obs.linkUses.length;
  const before = fetched();
  await machine.shell(command);
  expect(fetched()).toBe(before);
});

it("the systemd service runs the same, and the timer starts it once a night", async () => {
  const scene = await startGuideScene();
  const machine = await setUpMachine(scene);
  const service = await example("nightly-backup.service");
  const [, command = ""] = /^ExecStart=\/bin\/sh -c '(.*)'$/m.exec(service) ?? [];
  await machine.shell(command);
  expect(await digestsIn(machine.backups)).toEqual([await scene.contents.DDS_BACKUP_ID?.sha256()]);
  expect(await example("nightly-backup.timer")).toMatch(/^OnCalendar=\*-\*-\* 03:00:00$/m);
});

it.each([
  ["emulator.sh", "sh", "HSS_FILE_ID"],
  ["emulator_links.py", "python3", "DDS_BACKUP_ID"],
] as const)("%s gets its file from the emulator", async (file, interpreter, content) => {
  const scene = await startGuideScene();
  const cwd = join(await temporaryFolder(), "project");
  await mkdir(cwd);
  await promisify(execFile)(interpreter, [join(examples, file)], {
    cwd,
    env: { ...process.env, ...scene.env },
  });
  expect(await digestsIn(cwd)).toEqual([await scene.contents[content]?.sha256()]);
});

it("private-endpoint.ts trusts the company's own authority", async () => {
  const scene = await startGuideScene();
  const folder = await temporaryFolder();
  const signed = await signCertificate(folder, "IP:127.0.0.1");
  const upstream = Number(new URL(scene.emulator.url).port);
  const server = createServer(
    { cert: await readFile(signed.certificate), key: await readFile(signed.key) },
    (socket) => {
      const inner = connect(upstream, "127.0.0.1");
      socket.pipe(inner).pipe(socket);
      socket.on("error", () => void inner.destroy());
      inner.on("error", () => void socket.destroy());
    },
  );
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => void server.close());
  const cwd = await temporaryFolder();
  await symlink(join(root, "node_modules"), join(cwd, "node_modules"), "junction");
  await copyFile(join(examples, "private-endpoint.ts"), join(cwd, "program.mts"));
  const { port } = server.address() as AddressInfo;
  const { exitCode, stderr } = await runProgram("program.mts", {
    cwd,
    env: {
      ...scene.env,
      HSS_ENDPOINT: `https://127.0.0.1:${port}`,
      COMPANY_CA: join(folder, "authority.pem"),
    },
  });
  expect(exitCode, stderr).toBe(0);
  expect(await digestsIn(join(cwd, "exports"))).toEqual([await scene.contents.HSS_FILE_ID?.sha256()]);
});
