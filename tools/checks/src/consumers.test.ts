import { describe, expect, it } from "vitest";
import { plantedManifest, plantTree } from "./__fixtures__/planted-tree.ts";
import { checkConsumers } from "./consumers.ts";
import { findSystemNode } from "./system-node.ts";

const node = findSystemNode();

const clean: Record<string, string> = {
  "package.json": `{ "name": "planted", "private": true, "workspaces": ["packages/*"] }`,
  "packages/base/package.json": plantedManifest("base"),
  "packages/base/dist/index.js": "export const base = 1;",
  "packages/base/dist/index.d.ts": "export declare const base: number;",
  "packages/top/package.json": plantedManifest("top", {
    dependencies: { "@cloudhaul/base": "^0.1.0" },
    bin: { top: "dist/main.js" },
  }),
  "packages/top/dist/index.js": `export { base } from "@cloudhaul/base";`,
  "packages/top/dist/index.d.ts": `export { base } from "@cloudhaul/base";`,
  "packages/top/dist/main.js": `#!/usr/bin/env node\nconsole.log("usage: top");`,
  "package-lock.json": JSON.stringify({
    name: "planted",
    lockfileVersion: 3,
    packages: {
      "": { name: "planted", workspaces: ["packages/*"] },
      "node_modules/@cloudhaul/base": { resolved: "packages/base", link: true },
      "node_modules/@cloudhaul/top": { resolved: "packages/top", link: true },
      "packages/base": { name: "@cloudhaul/base", version: "0.1.0" },
      "packages/top": {
        name: "@cloudhaul/top",
        version: "0.1.0",
        dependencies: { "@cloudhaul/base": "^0.1.0" },
      },
    },
  }),
};

function check(changes: Record<string, string> = {}, quick = false): readonly string[] {
  return checkConsumers(plantTree({ ...clean, ...changes }), node, quick).problems;
}

it("finds the Node of the machine, not the one of this repository", () => {
  expect(() => findSystemNode({ PATH: "/absent/node_modules/.bin" })).toThrow("No node stands on PATH");
  expect(
    findSystemNode({ ...process.env, PATH: `/absent/node_modules/.bin:${process.env.PATH}` }),
  ).toMatchObject({
    version: node.version,
  });
  expect(node.version).toMatch(/^v\d+\./);
});

// Each installs with a real npm, offline: nothing planted has a dependency that is not planted too.
describe("packed packages in blank projects", { timeout: 60_000 }, () => {
  it("pass where they load both ways and their command starts", () => {
    expect(check()).toEqual([]);
    expect(check({}, true)).toEqual([]);
  });

  it("fail where a module that is needed was not packed", () => {
    const problems = check({
      "packages/base/dist/index.js": `export { base } from "../lost/base.js";`,
      "packages/base/lost/base.js": "export const base = 1;",
    });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain("@cloudhaul/base: ");
    expect(problems[0]).toContain("ERR_MODULE_NOT_FOUND");
  });

  it("fail where require cannot follow, and where more came than was expected", () => {
    const problems = check({
      "packages/base/dist/index.js": "export const base = await 1;",
      "packages/base/package.json": plantedManifest("base", { dependencies: { "@cloudhaul/top": "^0.1.0" } }),
    });
    expect(problems).toContain("@cloudhaul/base: @cloudhaul/top came with it and is no dependency");
    expect(problems).toContainEqual(expect.stringContaining("ERR_REQUIRE_ASYNC_MODULE"));
  });
});
