import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { plantTree } from "./__fixtures__/planted-tree.ts";
import { checkGuides } from "./guides.ts";

const guide = (text: string) => ({ "docs/guides/first.md": text, "docs/examples/first.ts": "one();\n" });
const right = "# First\n\n<!-- example: first.ts -->\n```ts\none();\n```\n";
const check = (files: Record<string, string>) => checkGuides(plantTree(files), { write: false }).problems;

it("passes a page whose block is the text of its file", () => {
  expect(check(guide(right))).toEqual([]);
});

it.each([
  ["another text", right.replace("one()", "two()"), /first\.md:3: first\.ts differs/],
  ["another language", right.replace("```ts", "```sh"), /first\.ts differs/],
  ["a block without a file", `${right}\n\`\`\`sh\nls\n\`\`\`\n`, /first\.md:8: a block is no file/],
  ["a file that is not there", right.replace("first.ts", "second.ts"), /second\.ts is no file/],
])("refuses %s", (_, text, problem) => {
  expect(check(guide(text))[0]).toMatch(problem);
});

it("refuses a file that no page shows", () => {
  expect(check({ ...guide(right), "docs/examples/more/other.ts": "two();" })).toEqual([
    "docs/examples/more/other.ts is shown in no guide",
  ]);
});

it("takes the file over when it writes, dollar signs too", () => {
  const root = plantTree({ ...guide(right), "docs/examples/first.ts": "const all = '$&';\n" });
  expect(checkGuides(root, { write: true }).problems).toEqual([]);
  expect(readFileSync(path.join(root, "docs/guides/first.md"), "utf8")).toContain("const all = '$&';\n```");
  expect(checkGuides(root, { write: false }).problems).toEqual([]);
});
