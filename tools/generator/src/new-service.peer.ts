import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloneRepository } from "./clone-repository.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const examples = path.join(root, "docs/examples");
const clone = mkdtempSync(path.join(tmpdir(), "cloudhaul-new-service-"));
const made = "packages/dbss-reports";

/** Runs a line in the clone, with the tools of the repository. */
function run(line: string, folder = clone): string {
  const { status, stdout, stderr } = spawnSync(line, {
    cwd: folder,
    shell: true,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${path.join(clone, "node_modules/.bin")}${path.delimiter}${process.env.PATH}`,
    },
  });
  expect(status, `${line}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** What `npm run check` runs of which the new package is a part, and how. */
const checks: Readonly<Record<string, string>> = {
  lint: `biome check --error-on-warnings ${made} tools/checks/src/arrows.ts`,
  lockfile: "node tools/checks/src/lockfile.ts",
  structure: "node tools/checks/src/structure.ts",
  graph: "node tools/checks/src/graph.ts",
  changesets: "node tools/release/src/pending-changes.ts",
  unused: "knip --no-progress --no-config-hints",
  boundaries: "node tools/checks/src/boundaries.ts",
  requirements: "node tools/checks/src/requirements.ts",
  "api:check": "node tools/checks/src/api-reports.ts",
  examples: "node tools/checks/src/examples.ts",
};

/** And in the package's own folder. */
const ownChecks: Readonly<Record<string, string>> = {
  build: "npm run build",
  typecheck: "tsc -p tsconfig.json",
  test: "vitest run --dir src",
  package: "npm run package",
};

beforeAll(() => {
  cloneRepository(root, clone);
  run(readFileSync(path.join(examples, "new-service.sh"), "utf8"));
}, 120_000);
afterAll(() => rmSync(clone, { recursive: true }));

describe("the package that the guide makes", () => {
  it.each(Object.entries(ownChecks))(
    "passes %s untouched",
    (_, line) => void run(line, path.join(clone, made)),
    120_000,
  );
  it.each(Object.entries(checks))("passes %s untouched", (_, line) => void run(line), 120_000);

  it("is made once", () => {
    const again = () => run(readFileSync(path.join(examples, "new-service.sh"), "utf8"));
    expect(again).toThrow("is there already");
  }, 120_000);
});

describe("what the guide then changes", () => {
  it("builds, and its tests pass", () => {
    const changed = globSync("*.ts", { cwd: path.join(examples, "dbss-reports") });
    expect(changed.length).toBeGreaterThan(0);
    for (const file of changed)
      copyFileSync(path.join(examples, "dbss-reports", file), path.join(clone, made, "src", file));
    for (const line of [ownChecks.build, ownChecks.typecheck, ownChecks.test])
      run(line ?? "", path.join(clone, made));
    run("node tools/checks/src/api-reports.ts --write");
    expect(readFileSync(path.join(clone, made, "api.md"), "utf8")).toContain('language?: "en-us" | "zh-cn"');
    for (const name of ["lint", "requirements"]) run(checks[name] ?? "");
  }, 120_000);
});
