import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** A program of another maker that the cases run. */
interface Program {
  readonly command: string;
  /** The Debian package that brings it. */
  readonly debian: string;
  readonly versionArgument: string;
}

const programs: readonly Program[] = [
  { command: "curl", debian: "curl", versionArgument: "--version" },
  { command: "aria2c", debian: "aria2", versionArgument: "--version" },
  { command: "wget", debian: "wget", versionArgument: "--version" },
  { command: "rclone", debian: "rclone", versionArgument: "version" },
  { command: "nginx", debian: "nginx-light", versionArgument: "-v" },
  { command: "openssl", debian: "openssl", versionArgument: "version" },
  { command: "bash", debian: "bash", versionArgument: "--version" },
  { command: "/usr/bin/time", debian: "time", versionArgument: "--version" },
];

const packages = [
  "undici",
  "got",
  "axios",
  "esdk-obs-nodejs",
  "@huaweicloud/huaweicloud-sdk-core",
  "@cloudhaul/core-http",
];

/** Debian keeps servers in a folder that only root looks into. */
export const programPath: string = `${process.env.PATH}:/usr/sbin:/sbin`;

/**
 * What is compared, with its version.
 *
 * @throws Error naming everything that is missing, and what would install it
 */
export function peerVersions(): Readonly<Record<string, string>> {
  const found = programs.map((program) => ({ ...program, version: versionOf(program) }));
  const missing = found.filter(({ version }) => version === undefined);
  if (missing.length > 0) {
    const names = missing.map(({ command }) => command).join(", ");
    const install = missing.map(({ debian }) => debian).join(" ");
    throw new Error(`Not installed: ${names}. On Debian: apt-get install --no-install-recommends ${install}`);
  }
  return Object.fromEntries([
    ["Node", process.versions.node],
    ...found.flatMap(({ command, version }) => (version ? [[command, version]] : [])),
    ...packages.map((name) => [name, packageVersion(name)]),
  ]);
}

function versionOf({ command, versionArgument }: Program): string | undefined {
  const { error, stdout, stderr } = spawnSync(command, [versionArgument], {
    encoding: "utf8",
    env: { ...process.env, PATH: programPath },
  });
  if (error) return undefined; // told as missing
  // Some builds do not know their own version.
  return /v?(\d+\.\d+[\w.-]*)/.exec(stdout + stderr)?.[1] ?? "";
}

/** Not by `require` of its package.json, which not every package lets out. */
function packageVersion(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as { version: string })
        .version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new Error(`Not installed: ${name}. Run npm ci.`);
}
