import { expect, it } from "vitest";
import { checkGraph } from "./graph.ts";

const arrows = {
  base: { dependsOn: [] },
  service: { dependsOn: ["base"] },
  command: { dependsOn: ["service"], mayLoad: ["extra"] },
  extra: { dependsOn: [] },
};

function check(graph: Record<string, readonly string[]>): readonly string[] {
  const projects = Object.entries(graph).map(([project, targets]) => [
    project,
    targets.map((target) => ({ target })),
  ]);
  return checkGraph({ graph: { dependencies: Object.fromEntries(projects) } }, arrows).problems;
}

const right = {
  "@cloudhaul/base": ["npm:undici"],
  "@cloudhaul/service": ["@cloudhaul/base"],
  "@cloudhaul/command": ["@cloudhaul/service", "@cloudhaul/extra"],
  "@cloudhaul/extra": [],
  "@cloudhaul-tools/demo": ["@cloudhaul/service", "@cloudhaul/extra"],
};

it("passes the arrows of the table, those of tools and of external packages left aside", () => {
  expect(check(right)).toEqual([]);
  expect(check({ ...right, "@cloudhaul/command": ["@cloudhaul/service"] })).toEqual([]);
});

it("refuses an arrow that the table does not have", () => {
  const problems = check({ ...right, "@cloudhaul/extra": ["@cloudhaul/base"] });
  expect(problems).toEqual(["@cloudhaul/extra → @cloudhaul/base is not allowed"]);
});

it("refuses an arrow that is missing, and a package that has no row", () => {
  expect(check({ ...right, "@cloudhaul/service": [], "@cloudhaul/new": [] })).toEqual([
    "@cloudhaul/service → @cloudhaul/base is missing from its package.json",
    "@cloudhaul/new has no row in tools/checks/src/arrows.ts",
  ]);
});

it("shows a circle, between tools too", () => {
  const problems = check({
    ...right,
    "@cloudhaul-tools/a": ["@cloudhaul-tools/b"],
    "@cloudhaul-tools/b": ["@cloudhaul-tools/a"],
  });
  expect(problems).toEqual([
    "projects depend on each other in a circle: @cloudhaul-tools/a → @cloudhaul-tools/b → @cloudhaul-tools/a",
  ]);
});

it("fails on a graph without a published project", () => {
  expect(check({ "@cloudhaul-tools/demo": [] })).toEqual(["the graph shows no published project"]);
});
