import path from "node:path";
import { expect, it } from "vitest";
import { linkModule, plantedManifest, plantTree } from "./__fixtures__/planted-tree.ts";
import { checkExamples } from "./examples.ts";
import { repositoryRoot } from "./workspace.ts";

const fence = "```";

const clean: Record<string, string> = {
  "README.md": [
    "# Title",
    "1. In a list:",
    `   ${fence}ts`,
    `   import { add } from "@cloudhaul/core-http";`,
    "   const sum: number = add(1, 2);",
    "   await Promise.resolve(sum);",
    `   ${fence}`,
    `${fence}sh`,
    "this is no code of ours",
    fence,
  ].join("\n"),
  "packages/core-http/src/index.ts": `export { add, type Options } from "./add.ts";`,
  "packages/core-http/src/add.ts": [
    "/**",
    " * Adds.",
    " *",
    ` * ${fence}ts`,
    " * const options: Options = { by: add(amount, 1) };",
    " * console.log(options.by);",
    ` * ${fence}`,
    " */",
    "export function add(a: number, b: number): number {",
    "  return a + b;",
    "}",
  ].join("\n"),
  "packages/core-http/dist/index.d.ts":
    "export declare function add(a: number, b: number): number;\nexport interface Options { by: number }\n",
  "packages/core-http/package.json": plantedManifest("core-http"),
  "names.ts": "export declare const amount: number;",
};

function check(changes: Record<string, string>) {
  const root = plantTree({ ...clean, ...changes });
  linkModule(root, "@types", path.join(repositoryRoot, "node_modules/@types"));
  linkModule(root, "@cloudhaul/core-http", "packages/core-http");
  return checkExamples(root, path.join(root, "names.ts"));
}

const replaced = (file: string, from: string, to: string) => ({
  [file]: (clean[file] as string).replace(from, to),
});

it("passes programs in documents, and examples in comments that lean on their package", () => {
  expect(check({})).toEqual({ problems: [], summary: "1 programs in documents, 1 examples in comments" });
});

it("reports an error with the line of the document", () => {
  expect(check(replaced("README.md", "add(1, 2)", `add(1, "2")`)).problems).toEqual([
    expect.stringMatching(/^README\.md:5:\d+: Argument of type 'string'/),
  ]);
});

it("reports an error with the line of the comment", () => {
  const changes = replaced("packages/core-http/src/add.ts", "options.by", "options.absent");
  expect(check(changes).problems).toEqual([
    expect.stringMatching(/^packages\/core-http\/src\/add\.ts:6:\d+: Property 'absent' does not exist/),
  ]);
});

it("lends nothing to a document: it must import what it uses", () => {
  const changes = replaced("README.md", `   import { add } from "@cloudhaul/core-http";`, "   // no import");
  expect(check(changes).problems).toEqual([
    expect.stringMatching(/^README\.md:5:\d+: Cannot find name 'add'/),
  ]);
});

it("refuses an example in a comment that uses a name nobody gives", () => {
  const changes = replaced("packages/core-http/src/add.ts", "add(amount, 1)", "add(unknown1, 1)");
  expect(check(changes).problems).toEqual([expect.stringContaining("Cannot find name 'unknown1'")]);
});
