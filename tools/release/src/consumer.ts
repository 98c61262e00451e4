import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { entriesOf, type Manifest, type Package, readJson } from "../../checks/src/workspace.ts";
import type { Cloud } from "./cloud.ts";
import { runCommand } from "./run-command.ts";
import type { UserShell } from "./user-shell.ts";

const programs = path.join(import.meta.dirname, "../consumer");
const loopbackOnly = path.join(programs, "loopback-only.cjs");

/** An empty project in which one of our packages was installed from the registry. */
export interface Consumer {
  readonly published: Package;
  readonly directory: string;
  readonly shell: UserShell;
}

/** Makes the project and installs the package, with the shell's own npm and Node. */
export async function installAlone(
  published: Package,
  directory: string,
  npmrc: string,
  shell: UserShell,
): Promise<Consumer> {
  mkdirSync(directory, { recursive: true });
  const { name, version } = published.manifest;
  writeFileSync(
    path.join(directory, "package.json"),
    // A version, for the bill of materials.
    JSON.stringify({ name: "consumer", version: "0.0.0", private: true, dependencies: { [name]: version } }),
  );
  writeFileSync(path.join(directory, ".npmrc"), `${npmrc}engine-strict=true\n`);
  const install = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  await runCommand(shell.node, [shell.npm, ...install], { cwd: directory, env: shell.env });
  return { published, directory, shell };
}

/** What stands in the project's `node_modules`. */
export interface Installed {
  readonly manifests: readonly Manifest[];
  readonly bytes: number;
}

/** Looks at everything that was installed. */
export function lookAtInstalled({ directory }: Consumer): Installed {
  const modules = path.join(directory, "node_modules");
  const files = globSync("**/*", { cwd: modules }).map((file) => path.join(modules, file));
  const packages = ["*", "@*/*", "**/node_modules/*", "**/node_modules/@*/*"];
  const manifests = globSync(
    packages.map((folder) => `${folder}/package.json`),
    { cwd: modules },
  )
    .map((file) => readJson<Manifest>(path.join(modules, file)))
    .filter(({ name, version }) => name && version);
  const sizes = files.map((file) => statSync(file)).filter((stats) => stats.isFile());
  return { manifests, bytes: sizes.reduce((sum, { size }) => sum + size, 0) };
}

/** Writes npm's list of what was installed, with versions, licences and digests, in the format CycloneDX. */
export async function writeBillOfMaterials(
  { published, directory, shell }: Consumer,
  folder: string,
): Promise<void> {
  const sbom = ["sbom", "--sbom-format=cyclonedx", "--sbom-type=application", "--loglevel=error"];
  const { stdout } = await runCommand(shell.node, [shell.npm, ...sbom], { cwd: directory, env: shell.env });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${published.folder}.cdx.json`), stdout);
}

/** Loads the package both ways, and looks for traces of the import. Gives what is wrong. */
export async function probe({ published, directory, shell }: Consumer): Promise<readonly string[]> {
  copyFileSync(path.join(programs, "probe.mjs"), path.join(directory, "probe.mjs"));
  const { stdout, stderr } = await runCommand(
    shell.node,
    ["--pending-deprecation", "--require", loopbackOnly, "probe.mjs", ...withoutOptionalPeers(published)],
    { cwd: directory, env: shell.env },
  );
  return [...linesOf(stdout), ...linesOf(stderr).map((line) => `its import warns: ${line}`)];
}

/** The ways into a package that need no optional peer, which is not installed here: `./msw` wants `msw`. */
export function withoutOptionalPeers(published: Package): readonly string[] {
  const { name, peerDependenciesMeta = {} } = published.manifest;
  return entriesOf(published)
    .filter(({ module }) => !peerDependenciesMeta[module]?.optional)
    .map(({ subpath }) => path.posix.join(name, subpath));
}

/** By which Node denies a program every write but those into a folder, and every child and worker. */
function permissions(version: string, writable: string): readonly string[] {
  const major = Number(version.split(".")[0]);
  // From 25 on, Node's permission model refuses fdatasync, too, which a download needs.
  if (major >= 25) return [];
  return [
    ...(major < 22 ? ["--experimental-permission", "--no-warnings"] : ["--permission"]),
    "--allow-fs-read=*",
    `--allow-fs-write=${path.join(writable, "*")}`,
  ];
}

function programOf({ folder }: Package): string {
  return path.join(programs, "use", `${folder}.mjs`);
}

/** Whether there is a program that downloads with this package: a new service has none until the emulator knows it. */
export function hasProgram(published: Package): boolean {
  return existsSync(programOf(published));
}

/** Downloads from the cloud with the package, by a program that may speak with loopback alone. Gives what is wrong. */
export async function download(
  { published, directory, shell }: Consumer,
  version: string,
  cloud: Cloud,
): Promise<readonly string[]> {
  const [target, home, temporary] = ["saved", "home", "temporary"].map((name) =>
    path.join(directory, name),
  ) as [string, string, string];
  for (const folder of [target, home, temporary]) mkdirSync(folder);
  copyFileSync(programOf(published), path.join(directory, "use.mjs"));
  const before = filesOutside(directory);
  const { stderr } = await runCommand(
    shell.node,
    [...permissions(version, target), "--require", loopbackOnly, path.join(directory, "use.mjs")],
    {
      cwd: directory,
      env: {
        ...shell.env,
        ...cloud.environment,
        CLOUDHAUL_ARCHIVE_ID: version,
        HOME: home,
        USERPROFILE: home,
        TMPDIR: temporary,
        TEMP: temporary,
      },
    },
  );
  return [
    ...linesOf(stderr).map((line) => `its download says: ${line}`),
    ...filesOutside(directory)
      .filter((file) => !before.includes(file))
      .map((file) => `its download wrote ${file}, which is not in its target folder`),
    ...savedFaults(target, cloud.digests),
  ];
}

/** Files of the project beside its target folder, those of its home and its temporary folder among them. */
function filesOutside(directory: string): readonly string[] {
  const exclude = (name: string) => ["saved", "node_modules"].includes(path.basename(name));
  return globSync(["**/*", "**/.*"], { cwd: directory, exclude });
}

/** Manifests, and the mark by which a second run knows what was downloaded once, are no downloaded files. */
const isBookkeeping = (file: string) => file.endsWith(".json") || path.basename(file).startsWith(".");

function savedFaults(target: string, digests: readonly string[]): readonly string[] {
  const files = globSync("**/*", { cwd: target })
    .filter((file) => statSync(path.join(target, file)).isFile())
    .filter((file) => !isBookkeeping(file));
  if (files.length === 0) return ["its download saved nothing"];
  return files
    .filter((file) => !digests.includes(digestOf(path.join(target, file))))
    .map((file) => `${file} is not as in the cloud`);
}

/** Starts the package's commands as a shell does. */
export async function startCommands({ published, directory, shell }: Consumer): Promise<readonly string[]> {
  const problems: string[] = [];
  const { bin = {} } = published.manifest;
  for (const command of typeof bin === "string" ? [published.folder] : Object.keys(bin)) {
    const program = path.join(directory, "node_modules/.bin", command);
    const windows = process.platform === "win32";
    const { stdout, stderr } = await runCommand(
      windows ? "cmd" : program,
      windows ? ["/c", program, "--help"] : ["--help"],
      {
        cwd: directory,
        env: shell.env,
      },
    );
    if (stdout.trim() === "" || stderr !== "") problems.push(`${command} --help: ${stdout}${stderr}`);
  }
  return problems;
}

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
