import { expect, it } from "vitest";
import { plantTree } from "./__fixtures__/planted-tree.ts";
import { checkRequirements } from "./requirements.ts";

const source = "https://vendor.example/page";

function requirements(...ids: string[]): string {
  return `export const requirements = ${JSON.stringify(Object.fromEntries(ids.map((id) => [id, { behaviour: "does", source }])))};`;
}

const clean: Record<string, string> = {
  "packages/a/src/requirements.ts": requirements("AAA-1", "AAA-2", "AAA-3", "AAA-4"),
  "packages/a/src/a.test.ts": `
    describe("[AAA-1] a group", () => {});
    it.each([["x"]])(\`[AAA-2] \${"x"} of a table\`, () => {});`,
  "tools/acceptance/src/b.test.ts": `test("[AAA-2, AAA-3] over sockets", async () => {});`,
  "tools/acceptance/src/c.peer.ts": `test("[AAA-4] against a program of another maker", async () => {});`,
};

function check(changes: Record<string, string>) {
  return checkRequirements(plantTree({ ...clean, ...changes }));
}

it("passes where every id stands in the title of a test", async () => {
  expect(await check({})).toEqual({ problems: [], summary: "4 requirements, all proven" });
});

it.each([
  ["no test", "it('something else', () => {});"],
  ["a comment", "// it('[BBB-1] was here')"],
  ["a skipped test", "it.skip('[BBB-1] later', () => {});"],
  ["a test in a skipped group", "describe.skip('later', () => { it('[BBB-1] later', () => {}); });"],
  ["a test still to write", "it.todo('[BBB-1] later');"],
  ["a table of values", "it.each(['[BBB-1]'])('a row', () => {});"],
])("does not take %s for a proof", async (_what, test) => {
  const { problems } = await check({
    "packages/b/src/requirements.ts": requirements("BBB-1"),
    "packages/b/src/b.test.ts": test,
  });
  expect(problems).toEqual(["packages/b/src/requirements.ts: no test proves BBB-1"]);
});

it("refuses an id that no package knows", async () => {
  const { problems } = await check({ "packages/a/src/c.test.ts": "it('[AAA-9] unknown', () => {});" });
  expect(problems).toEqual(["packages/a/src/c.test.ts: AAA-9 is no requirement of any package"]);
});

it("refuses an id that two packages use", async () => {
  const { problems } = await check({ "packages/b/src/requirements.ts": requirements("AAA-1") });
  expect(problems).toEqual([
    "packages/b/src/requirements.ts: AAA-1 is used in packages/a/src/requirements.ts already",
  ]);
});

it("refuses a requirement without an id, a behaviour or a source that can be followed", async () => {
  const { problems } = await check({
    "packages/b/src/requirements.ts": `export const requirements = { odd: { behaviour: " ", source: "somewhere" } };`,
  });
  expect(problems.map((problem) => problem.slice("packages/b/src/requirements.ts: ".length))).toEqual([
    "odd is no id: write it like AUTH-1",
    "odd has no behaviour",
    'odd has no source: a vendor URL, or "Cloudhaul: <short name>"',
    "no test proves odd",
  ]);
});

it("fails where there is no requirement", async () => {
  expect((await checkRequirements(plantTree({ "README.md": "" }))).problems).toEqual([
    "no requirement was found",
  ]);
});
