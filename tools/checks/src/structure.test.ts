import { expect, it } from "vitest";
import { plantedManifest, plantTree } from "./__fixtures__/planted-tree.ts";
import { checkStructure } from "./structure.ts";

const clean: Record<string, string> = {
  "packages/core-http/package.json": plantedManifest("core-http", { dependencies: { undici: "^7.0.0" } }),
  "packages/core-http/README.md": "",
  "packages/core-http/api.md": "",
  "packages/core-http/src/index.ts": `// Every line here is public API.\nexport { one } from "./one.ts";\n`,
  "packages/core-http/src/one.ts": "export const one = 1;\n".repeat(300),
  "packages/core-http/src/one.test.ts": "// long\n".repeat(400),
  "packages/core-http/src/requirements.ts": "",
};

function check(changes: Record<string, string>, removed?: string): readonly string[] {
  const files = { ...clean, ...changes };
  if (removed) delete files[removed];
  return checkStructure(plantTree(files)).problems;
}

const manifest = (changes: Record<string, unknown>) => ({
  "packages/core-http/package.json": plantedManifest("core-http", changes),
});

it("passes a package that is laid out like the others, its long test included", () => {
  expect(check({})).toEqual([]);
});

it("refuses a source file of more than 300 lines", () => {
  expect(check({ "packages/core-http/src/long.ts": "// long\n".repeat(301) })).toEqual([
    "packages/core-http/src/long.ts has 301 lines, more than 300: split it by concept",
  ]);
});

it.each(["utils.ts", "file-helpers.ts", "common.ts", "download-manager.ts", "camelCase.ts"])(
  "refuses the name %s",
  (name) => {
    expect(check({ [`packages/core-http/src/${name}`]: "" })).toHaveLength(1);
  },
);

it.each(["README.md", "api.md", "src/index.ts", "src/requirements.ts"])("misses %s", (file) => {
  expect(check({}, `packages/core-http/${file}`)).toEqual([`packages/core-http/${file} is missing`]);
});

it("misses the API report of a second entry", () => {
  const exports = {
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./msw": { types: "./dist/msw.d.ts", default: "./dist/msw.js" },
    "./package.json": "./package.json",
  };
  expect(check(manifest({ exports }))).toEqual(["packages/core-http/api-msw.md is missing"]);
});

it.each([`export * from "./one.ts";`, "export const two = 2;", `import "./one.ts";`])(
  "refuses an index with: %s",
  (line) => {
    expect(check({ "packages/core-http/src/index.ts": line })).toEqual([
      "packages/core-http/src/index.ts must hold named exports and nothing else",
    ]);
  },
);

it.each([
  ["engines", { engines: { node: ">=18" } }],
  ["sideEffects", { sideEffects: true }],
  ["repository", { repository: { type: "git", url: "git+https://github.com/cloudhaul/cloudhaul.git" } }],
  ["publishConfig", { publishConfig: undefined }],
  [
    "exports",
    {
      exports: {
        ".": { default: "./dist/index.js", types: "./dist/index.d.ts" },
        "./package.json": "./package.json",
      },
    },
  ],
  ["undici", { dependencies: { undici: "7.0.0" } }],
  ["@cloudhaul/core-http", { dependencies: { "@cloudhaul/core-http": "^0.0.9" } }],
])("refuses a package.json whose %s differs", (named, changes) => {
  expect(check(manifest(changes))).toEqual([expect.stringContaining(named)]);
});

it.each([
  ["^1.2.0", true],
  ["^1.0.9", true],
  ["^1.2.3", true],
  ["^1.2.4", false],
  ["^1.3.0", false],
  ["^0.9.0", false],
  ["^2.0.0", false],
  ["~1.2.3", false],
  ["1.2.3", false],
  ["*", false],
])("lets a package that is at 1.2.3 be asked for by %s: %s", (range, allowed) => {
  const top = plantedManifest("top", { dependencies: { "@cloudhaul/core-http": range } });
  const problems = check({ ...manifest({ version: "1.2.3" }), "packages/top/package.json": top });
  expect(problems.some((problem) => problem.includes(`@cloudhaul/core-http is ${range}`))).toBe(!allowed);
});

it("fails where there is no package", () => {
  expect(checkStructure(plantTree({ "README.md": "" })).problems).toEqual(["no package was found"]);
});
