import { globSync } from "node:fs";
import { copyFile, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { expect, it } from "vitest";
import { type GuideScene, startCompanyProxy, startGuideScene } from "./guide-scene.ts";
import { type ProgramResult, runProgram } from "./run-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = resolve(import.meta.dirname, "../../..");
const examples = join(root, "docs/examples");

/** What a program of the guides must have done. */
interface Expectation {
  /** The files that it leaves, by the names that {@link GuideScene.contents} has for them. */
  readonly saves?: readonly string[];
  /** A part of what it prints. */
  readonly prints?: string | RegExp;
  readonly exitCode?: number;
}

/** Every program that needs nothing but Node; the others are in guide-programs.peer.ts. */
const programs: Readonly<Record<string, Expectation>> = {
  "first-download.ts": { saves: ["HSS_FILE_ID"] },
  "whole-job.ts": { saves: ["job"] },
  "handle-errors.ts": { prints: /^SERVICE_[A-Z_]+ .*\nHSS\.\S+ \S+ false/, exitCode: 1 },
  "who-am-i.ts": { prints: "access-key environment" },
  "credentials-password.ts": { saves: ["HSS_FILE_ID"] },
  "credentials-agency.ts": { saves: ["HSS_FILE_ID"] },
  "credentials-own.ts": { saves: ["HSS_FILE_ID"] },
  "resume.ts": {
    saves: ["DDS_BACKUP_ID"],
    prints: /Error: the power went out\nbackups\S+ \d+ from byte [1-9]\d+/,
  },
  "verify.ts": { saves: ["DDS_BACKUP_ID"], prints: /whole, \d+ entries/ },
  "expected-digest.ts": { saves: ["LINK"], prints: "INTEGRITY_DIGEST true" },
  "once-only.ts": { saves: ["ROMA_ARCHIVE_ID"], prints: "yes" },
  "once-only-job.ts": { saves: ["ROMA_APP_ID"] },
  "nightly-backup.ts": { saves: ["DDS_BACKUP_ID"], prints: "1 files, listed in" },
  "download.test.ts": { prints: "# pass 1" },
  "larger-sdk.ts": { saves: ["HSS_FILE_ID", "IOTDA_EXPORT_TASK_ID"] },
  "own-store.ts": { prints: /^true$/m },
  "proxy.ts": { saves: ["HSS_FILE_ID"] },
};

/** These need a certificate or a shell. */
const elsewhere = ["private-endpoint.ts"];

async function runExample(file: string, scene: GuideScene, env: NodeJS.ProcessEnv = {}) {
  const folder = await temporaryFolder();
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const cwd = await temporaryFolder();
  await symlink(join(root, "node_modules"), join(cwd, "node_modules"), "junction");
  await writeFile(join(cwd, "package.json"), '{ "type": "module" }');
  await copyFile(join(examples, file), join(cwd, file));
  const vault = join(folder, "vault.json");
  await writeFile(vault, JSON.stringify(scene.emulator.accessKey));
  const result: ProgramResult = await runProgram(file, {
    cwd,
    env: { ...scene.env, VAULT_FILE: vault, ...env },
  });
  const own = new Set([file, "package.json"]);
  const saved = (await publishedFiles(cwd)).filter(
    (path) => !own.has(basename(path)) && !path.includes("node_modules") && !path.endsWith(".manifest.json"),
  );
  return { ...result, digests: (await Promise.all(saved.map(sha256OfFile))).sort() };
}

it("knows every program of the guides", () => {
  const files = globSync("*.ts", { cwd: examples });
  expect(files.sort()).toEqual([...Object.keys(programs), ...elsewhere].sort());
});

it.each(Object.entries(programs))(
  "%s runs as it stands",
  async (file, { saves = [], prints = "", exitCode = 0 }) => {
    const scene = await startGuideScene();
    const proxy = file === "proxy.ts" ? await startCompanyProxy() : undefined;
    const result = await runExample(file, scene, { COMPANY_PROXY: proxy?.url });
    expect(result.exitCode, result.stderr).toBe(exitCode);
    const text = await readFile(join(examples, file), "utf8");
    expect(text.length).toBeGreaterThan(0);
    if (typeof prints === "string") expect(result.stdout + result.stderr).toContain(prints);
    else expect(result.stdout + result.stderr).toMatch(prints);
    const expected = await Promise.all(saves.map((name) => scene.contents[name]?.sha256()));
    expect(result.digests).toEqual(expected.sort());
    if (proxy) expect(proxy.passed()).toBeGreaterThan(0);
  },
);
