import { describe, expect, it } from "vitest";
import { linkModule, plantedManifest, plantTree } from "./__fixtures__/planted-tree.ts";
import { checkBoundaries } from "./boundaries.ts";

const folders = ["core-http", "core-auth", "hss-download", "dds-backup", "emulator", "cli"];

const dependencies: Record<string, Record<string, string>> = {
  "core-http": { undici: "^7.0.0" },
  "core-auth": { "@cloudhaul/core-http": "^0.1.0" },
  "hss-download": { "@cloudhaul/core-auth": "^0.1.0", "@cloudhaul/core-http": "^0.1.0" },
  "dds-backup": { "@cloudhaul/core-auth": "^0.1.0", "@cloudhaul/core-http": "^0.1.0" },
  emulator: { "@cloudhaul/core-auth": "^0.1.0" },
  cli: { "@cloudhaul/hss-download": "^0.1.0" },
};

const clean: Record<string, string> = {
  "packages/core-http/src/index.ts": `export { Agent } from "undici";`,
  "packages/core-auth/src/index.ts": `export { Agent } from "@cloudhaul/core-http";`,
  "packages/hss-download/src/index.ts": `export { Agent } from "@cloudhaul/core-auth";`,
  "packages/hss-download/src/index.test.ts": `import { tool } from "test-tool";\nexport const used = tool;`,
  "packages/dds-backup/src/index.ts": `export type { Agent } from "@cloudhaul/core-http";`,
  "packages/emulator/src/index.ts": `export { Agent } from "@cloudhaul/core-auth";`,
  "packages/cli/src/index.ts": `export { Agent } from "@cloudhaul/hss-download";\nexport const load = () => import("@cloudhaul/emulator");`,
  "tools/bench/src/bench.ts": "export const bench = 1;",
  "package.json": `{ "devDependencies": { "test-tool": "1.0.0" } }`,
};

/** The problems of the clean tree with these files added or replaced. */
async function check(changes: Record<string, string>): Promise<readonly string[]> {
  const files: Record<string, string> = { ...clean, ...changes };
  for (const folder of folders) {
    files[`packages/${folder}/package.json`] = plantedManifest(folder, {
      dependencies: dependencies[folder],
    });
    files[`packages/${folder}/dist/index.d.ts`] = "export declare const Agent: unknown;";
  }
  for (const external of ["undici", "test-tool"]) {
    files[`node_modules/${external}/package.json`] = JSON.stringify({
      name: external,
      version: "7.0.0",
      main: "index.js",
    });
    files[`node_modules/${external}/index.js`] = "";
  }
  const root = plantTree(files);
  for (const folder of folders) linkModule(root, `@cloudhaul/${folder}`, `packages/${folder}`);
  return (await checkBoundaries(root)).problems;
}

it("passes a tree that keeps every rule", async () => {
  expect(await check({})).toEqual([]);
});

const faults = [
  [
    "a service that imports a service",
    "arrows-of-dds-backup",
    "packages/dds-backup/src/fault.ts",
    `import "@cloudhaul/hss-download";`,
  ],
  [
    "a type that a service takes from a service",
    "arrows-of-dds-backup",
    "packages/dds-backup/src/fault.ts",
    `export type { Agent } from "@cloudhaul/hss-download";`,
  ],
  [
    "a core that imports a service with import()",
    "arrows-of-core-http",
    "packages/core-http/src/fault.ts",
    `export const load = () => import("@cloudhaul/core-auth");`,
  ],
  [
    "an emulator that imports core-http",
    "arrows-of-emulator",
    "packages/emulator/src/fault.ts",
    `import "@cloudhaul/core-http";`,
  ],
  [
    "a command that needs the emulator",
    "cli-loads-emulator",
    "packages/cli/src/fault.ts",
    `import "@cloudhaul/emulator";`,
  ],
  [
    "undici outside core-http",
    "undici-only-in-core-http",
    "packages/core-auth/src/fault.ts",
    `import "undici";`,
  ],
  [
    "a relative path into another package",
    "no-relative-import-of-another-package",
    "packages/core-auth/src/fault.ts",
    `import "../../core-http/src/index.ts";`,
  ],
  [
    "an import of tools",
    "packages-never-import-tools",
    "packages/core-auth/src/fault.ts",
    `import "../../../tools/bench/src/bench.ts";`,
  ],
  [
    "a development dependency in source",
    "no-development-dependency",
    "packages/core-auth/src/fault.ts",
    `import "test-tool";`,
  ],
  ["an import that leads nowhere", "resolvable", "packages/core-auth/src/fault.ts", `import "./absent.ts";`],
  [
    "a package without a row in the table",
    "known-package",
    "packages/stranger/src/fault.ts",
    `import "node:fs";`,
  ],
] as const;

describe("refuses", () => {
  it.each(faults)("%s", async (_fault, rule, file, text) => {
    const problems = await check({ [file]: text });
    expect(problems).toContainEqual(expect.stringContaining(`(${rule})`));
    expect(problems.every((problem) => problem.includes("fault.ts"))).toBe(true);
  });

  it("modules in a circle", async () => {
    const problems = await check({
      "packages/core-auth/src/one.ts": `import { two } from "./two.ts";\nexport const one = () => two;`,
      "packages/core-auth/src/two.ts": `import { one } from "./one.ts";\nexport const two = () => one;`,
    });
    expect(problems).toContainEqual(expect.stringContaining("(no-cycle)"));
  });

  it("a tree in which no source is found", async () => {
    expect((await checkBoundaries(plantTree({ "packages/empty/README.md": "" }))).problems).not.toEqual([]);
  });
});
