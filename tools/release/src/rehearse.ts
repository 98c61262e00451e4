import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  filesMatching,
  type Manifest,
  publishedPackages,
  readJson,
  repositoryRoot,
  scope,
} from "../../checks/src/workspace.ts";
import { cloneWithChanges, commitAll, git } from "./clean-clone.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { runCommand } from "./run-command.ts";
import { findUserShell, type UserShell } from "./user-shell.ts";

/** A clone of this repository, and the registry that it publishes to. */
interface Stage {
  readonly clone: string;
  readonly registry: Registry;
  readonly shell: UserShell;
}

type Versions = Readonly<Record<string, string>>;

const core = `${scope}core-http`;
const service = `${scope}hss-download`;
const command = `${scope}cli`;

/** Plays the next releases through, from a clean clone to an installation: nothing leaves this machine. */
async function rehearse(root: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "cloudhaul-rehearsal-"));
  const registry = await startRegistry();
  try {
    const clone = path.join(folder, "clone");
    const shell = withRegistry(findUserShell(), registry, path.join(folder, "npmrc"));
    const stage: Stage = { clone, registry, shell };
    await cloneWithChanges(root, clone);
    tell(`a clean clone of ${(await git(clone, "log", "--oneline", "-1")).trim()}`);
    await npm(stage, "ci", "--prefer-offline", "--loglevel=error");
    await releaseWhatIsPending(stage);
    await releaseServiceAlone(stage);
    await releaseCoreAlone(stage);
    await refuseBreakingCore(stage);
    await releaseBreakingCore(stage);
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true });
  }
}

async function releaseWhatIsPending(stage: Stage): Promise<void> {
  const pending = filesMatching(stage.clone, ".changeset/*.md").length;
  const versions = await release(stage, `${pending} pending changesets`);
  assert.deepEqual(await publishedVersions(stage), lists(versions), "all is published, once");
  await installs(stage, Object.keys(versions), versions);
}

async function releaseServiceAlone(stage: Stage): Promise<void> {
  const before = versionsIn(stage.clone);
  addChangeset(stage, { [service]: "patch" });
  const after = await release(stage, `a patch of ${service}`);
  assert.deepEqual(changed(before, after), [service], "a change of a service releases it alone");
  // By its caret range, the command that was published before takes the new service.
  await installs(stage, [command], {
    [command]: before[command] as string,
    [service]: after[service] as string,
  });
}

async function releaseCoreAlone(stage: Stage): Promise<void> {
  const before = versionsIn(stage.clone);
  addChangeset(stage, { [core]: "patch" });
  const after = await release(stage, `a patch of ${core}`);
  assert.deepEqual(changed(before, after), [core], "a patch of a core releases no service");
  await installs(stage, [service], { [service]: before[service] as string, [core]: after[core] as string });
}

async function refuseBreakingCore(stage: Stage): Promise<void> {
  addChangeset(stage, { [core]: "major" });
  await assert.rejects(
    npm(stage, "run", "release:version"),
    /shows types of @cloudhaul\/core-http in its API/,
  );
  await git(stage.clone, "checkout", "--quiet", "--", ".");
  await git(stage.clone, "clean", "--quiet", "--force", ".changeset");
  tell(`a major of ${core} without its services: refused`);
}

async function releaseBreakingCore(stage: Stage): Promise<void> {
  const before = versionsIn(stage.clone);
  const breaking = Object.keys(before).filter((name) => name !== command && name !== `${scope}emulator`);
  addChangeset(stage, Object.fromEntries(breaking.map((name) => [name, "major"])));
  const after = await release(stage, `a major of ${core} with all that show its types`);
  const majorOf = (version: string | undefined) => Number(version?.split(".")[0]);
  for (const name of breaking) assert.equal(majorOf(after[name]), majorOf(before[name]) + 1, name);
  assert.equal(majorOf(after[command]), majorOf(before[command]), "the command shows none of it");
  // Services that the command does not know are installed by themselves.
  const { dependencies = {} } = readJson<Manifest>(path.join(stage.clone, "packages/cli/package.json"));
  const withCommand = [command, ...Object.keys(dependencies)].filter((name) => name in after);
  await installs(stage, [command], Object.fromEntries(withCommand.map((name) => [name, after[name] ?? ""])));
}

/** Versions, builds and publishes what the changesets of the clone ask for; gives the versions that stand there then. */
async function release(stage: Stage, occasion: string): Promise<Versions> {
  const before = versionsIn(stage.clone);
  await npm(stage, "run", "release:version");
  await commitAll(stage.clone, `Release: ${occasion}`);
  await npm(stage, "run", "release:publish");
  // What holds for every change holds for this one, too.
  for (const check of ["structure", "lockfile"])
    await runCommand(path.join(stage.clone, "node_modules/.bin/node"), [`tools/checks/src/${check}.ts`], {
      cwd: stage.clone,
      env: stage.shell.env,
    });
  const after = versionsIn(stage.clone);
  const names = changed(before, after).map((name) => `${name} ${after[name]}`);
  tell(`${occasion}: ${names.join(", ") || "nothing"}`);
  const published = await publishedVersions(stage);
  for (const [name, version] of Object.entries(after))
    assert.equal(published[name]?.at(-1), version, `${name} is published as ${version}`);
  return after;
}

/** Installs packages from the registry into an empty project, and compares the versions of ours that came. */
async function installs(
  { clone, shell }: Stage,
  names: readonly string[],
  expected: Versions,
): Promise<void> {
  const project = path.join(path.dirname(clone), "project");
  mkdirSync(project);
  const dependencies = Object.fromEntries(names.map((name) => [name, expected[name]]));
  writeFileSync(path.join(project, "package.json"), JSON.stringify({ private: true, dependencies }));
  const install = ["install", "--ignore-scripts", "--prefer-offline", "--loglevel=error"];
  await runCommand(shell.node, [shell.npm, ...install], { cwd: project, env: shell.env });
  for (const [name, version] of Object.entries(expected)) {
    const manifest = path.join(project, "node_modules", name, "package.json");
    assert.equal(
      readJson<Manifest>(manifest).version,
      version,
      `${name} as installed with ${names.join(", ")}`,
    );
  }
  rmSync(project, { recursive: true });
}

function addChangeset({ clone }: Stage, releases: Readonly<Record<string, string>>): void {
  const lines = Object.entries(releases).map(([name, bump]) => `"${name}": ${bump}`);
  writeFileSync(
    path.join(clone, ".changeset/rehearsed.md"),
    `---\n${lines.join("\n")}\n---\n\nA rehearsal.\n`,
  );
}

function versionsIn(clone: string): Versions {
  return Object.fromEntries(
    publishedPackages(clone).map(({ manifest }) => [manifest.name, manifest.version]),
  );
}

/** Every version of each package that the registry holds, in the order of their publication. */
async function publishedVersions({
  clone,
  registry,
}: Stage): Promise<Readonly<Record<string, readonly string[]>>> {
  const names = Object.keys(versionsIn(clone));
  const entries = names.map(async (name) => {
    const answer = await fetch(`${registry.url}${name.replace("/", "%2f")}`);
    const { versions = {} } = (await answer.json()) as { versions?: object };
    return [name, Object.keys(versions)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function lists(versions: Versions): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, [version]]));
}

function changed(before: Versions, after: Versions): readonly string[] {
  return Object.keys(after).filter((name) => after[name] !== before[name]);
}

/** By the global configuration, which adds to the user's own, whatever npm starts asks the registry for our scope. */
function withRegistry(shell: UserShell, { npmrc }: Registry, file: string): UserShell {
  writeFileSync(file, npmrc);
  return {
    ...shell,
    env: { ...shell.env, npm_config_globalconfig: file, NX_DAEMON: "false", NX_TUI: "false" },
  };
}

async function npm({ clone, shell }: Stage, ...args: readonly string[]): Promise<void> {
  await runCommand(shell.node, [shell.npm, ...args], { cwd: clone, env: shell.env });
}

function tell(line: string): void {
  console.log(`rehearsal: ${line}`);
}

await rehearse(repositoryRoot);
