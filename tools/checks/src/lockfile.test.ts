import path from "node:path";
import { expect, it } from "vitest";
import { plantTree } from "./__fixtures__/planted-tree.ts";
import { checkLockfile } from "./lockfile.ts";

function check(packages: Record<string, unknown>): readonly string[] {
  const root = plantTree({ "package-lock.json": JSON.stringify({ packages }) });
  return checkLockfile(path.join(root, "package-lock.json")).problems;
}

const whole = {
  "": { optionalDependencies: { "tool-linux": "1.0.0" } },
  "node_modules/tool-linux": { version: "1.0.0" },
  "node_modules/bundler": { optionalDependencies: { "bundler-native": "2.0.0" } },
  "node_modules/bundler/node_modules/bundler-native": { version: "2.0.0" },
  "node_modules/@scope/own": { resolved: "packages/own", link: true },
};

it("passes a lockfile that holds every optional dependency, nested ones and links included", () => {
  expect(check(whole)).toEqual([]);
});

it("names each hole", () => {
  const { "node_modules/tool-linux": _hole, ...holed } = whole;
  expect(check(holed)).toEqual(["the root needs tool-linux, which is not in the lockfile"]);
});

it("does not take a copy nested under another package for the one that is missing", () => {
  const problems = check({
    "": {},
    "node_modules/a": { optionalDependencies: { native: "1.0.0" } },
    "node_modules/b/node_modules/native": {},
  });
  expect(problems).toEqual(["node_modules/a needs native, which is not in the lockfile"]);
});

it("refuses the address of a registry", () => {
  const problems = check({ "": {}, "node_modules/a": { resolved: "https://example.test/a.tgz" } });
  expect(problems).toEqual([expect.stringContaining('node_modules/a has a "resolved" address')]);
});
