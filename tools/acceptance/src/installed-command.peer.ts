import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linesOf } from "./cloudhaul-command.ts";
import { startEmulatorCommand } from "./emulator-command.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const repository = resolve(import.meta.dirname, "../../..");
const project = await mkdtemp(join(tmpdir(), "cloudhaul-installed-"));

/** What npm tells the scripts that it runs would bind another npm to this repository. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_OPTIONS$)/i.test(name)),
);
const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !/node_modules/.test(folder));

async function run(cwd: string, program: string, words: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const env = { ...environment, PATH: path.join(delimiter), ...more };
  return promisify(execFile)(program, words, { cwd, env, timeout: 50_000 });
}

/** An empty project, into which the command and the emulator are installed as they are packed. */
async function installPacked(): Promise<void> {
  const tarballs = join(project, "tarballs");
  await mkdir(tarballs);
  const names = await readdir(join(repository, "packages"));
  const workspaces = names.flatMap((name) => ["--workspace", `packages/${name}`]);
  const packing = ["pack", "--ignore-scripts", "--silent", "--pack-destination", tarballs, ...workspaces];
  await run(repository, "npm", packing);
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true }));
  const files = (await readdir(tarballs)).map((name) => `./tarballs/${name}`);
  await run(project, "npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--silent", ...files]);
}

beforeAll(installPacked, 120_000);
afterAll(() => rm(project, { recursive: true }));

describe.each([
  ["in the repository, once it is built", repository],
  ["in a project into which the packages were installed", project],
])("[CLI-24] %s", (_, folder) => {
  it("npx cloudhaul runs", async () => {
    const { stdout, stderr } = await run(folder, "npx", ["--offline", "cloudhaul", "--version"]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(stderr).not.toContain("cloudhaul");
  });

  it("the emulator answers from one process what commands of another fetch", async () => {
    const command = join(folder, "node_modules/.bin/cloudhaul");
    const { environment: env, downloads, end } = await startEmulatorCommand([command], folder);
    expect(downloads.map(({ words }) => words[0])).toEqual(["hss", "iotda", "roma", "metastudio", "dds"]);
    for (const { words, sha256 } of downloads) {
      const target = await temporaryFolder();
      const { stdout } = await run(target, command, [...words, "--json"], env);
      const saved = linesOf(stdout).filter(({ type }) => type === "file");
      expect(saved.map((file) => file.sha256)).toEqual(sha256);
    }
    expect(await end()).toBe(0);
  });
});
