import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { parseModule } from "./source-files.ts";
import { report, type Verdict } from "./verdict.ts";
import { filesMatching, repositoryRoot } from "./workspace.ts";

interface Requirement {
  readonly behaviour: string;
  readonly source: string;
}

const idPattern = /^[A-Z][A-Z0-9]*-\d+$/;
const sourcePattern = /https:\/\/|^Cloudhaul: /;
const citation = /\[([A-Z][A-Z0-9]*-\d+(?:, ?[A-Z][A-Z0-9]*-\d+)*)\]/g;
/** `*.peer.ts` are the tests that run against programs of other makers. */
const testFiles = ["packages/*/src/**/*.test.ts", "tools/*/src/**/*.test.ts", "tools/*/src/**/*.peer.ts"];
const testFunctions = new Set(["it", "test", "describe"]);
/** A test that does not run, or is meant to fail, proves nothing. */
const noProof = new Set(["skip", "todo", "fails"]);

/**
 * Checks that every requirement of every package is proven: its id stands in brackets in the title of a test,
 * `it("[AUTH-1] refuses a stale date", …)`. An id that no package knows, and one that two packages use, are faults too.
 */
export async function checkRequirements(root: string): Promise<Verdict> {
  const problems: string[] = [];
  const owners = new Map<string, string>();
  for (const file of filesMatching(root, "packages/*/src/requirements.ts")) {
    for (const [id, requirement] of Object.entries(await readRequirements(path.join(root, file)))) {
      problems.push(...faultsOf(id, requirement).map((fault) => `${file}: ${id} ${fault}`));
      const owner = owners.get(id);
      if (owner) problems.push(`${file}: ${id} is used in ${owner} already`);
      else owners.set(id, file);
    }
  }
  const cited = new Map<string, string>();
  for (const file of filesMatching(root, ...testFiles)) {
    const source = parseModule(file, readFileSync(path.join(root, file), "utf8"));
    for (const title of testTitles(source)) for (const id of citedIds(title)) cited.set(id, file);
  }
  for (const [id, file] of cited)
    if (!owners.has(id)) problems.push(`${file}: ${id} is no requirement of any package`);
  for (const [id, file] of owners) if (!cited.has(id)) problems.push(`${file}: no test proves ${id}`);
  if (owners.size === 0) problems.push("no requirement was found");
  return {
    problems,
    summary:
      problems.length === 0 ? `${owners.size} requirements, all proven` : `${owners.size} requirements`,
  };
}

async function readRequirements(file: string): Promise<Record<string, Requirement>> {
  if (!existsSync(file)) return {};
  const { requirements } = (await import(pathToFileURL(file).href)) as {
    requirements?: Record<string, Requirement>;
  };
  if (!requirements) throw new Error(`${file} exports no requirements.`);
  return requirements;
}

function faultsOf(id: string, { behaviour, source }: Requirement): string[] {
  return [
    ...(idPattern.test(id) ? [] : ["is no id: write it like AUTH-1"]),
    ...(behaviour?.trim() ? [] : ["has no behaviour"]),
    ...(sourcePattern.test(source) ? [] : ['has no source: a vendor URL, or "Cloudhaul: <short name>"']),
  ];
}

/** The ids in brackets in a title. */
function citedIds(title: string): string[] {
  return [...title.matchAll(citation)].flatMap(([, ids]) => (ids as string).split(/, ?/));
}

/** The titles given to `it`, `test` and `describe`, `it.each(rows)(title)` included, of tests that run. */
function testTitles(source: ts.SourceFile): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const names = calleeNames(node.expression);
      if (testFunctions.has(names[0] ?? "")) {
        // What stands inside a skipped describe does not run either.
        if (names.some((name) => noProof.has(name))) return;
        const title = node.arguments[0];
        if (title && !isTable(node)) titles.push(textOf(title, source));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** `it.each(rows)` as in `it.each(rows)("title", …)`: its argument is no title. */
function isTable({ parent }: ts.CallExpression): boolean {
  return (
    ts.isCallExpression(parent) && parent.arguments.length > 0 && calleeNames(parent.expression).length > 1
  );
}

/** `it.skip.each(rows)` → `["it", "skip", "each"]`. */
function calleeNames(callee: ts.Expression): string[] {
  if (ts.isIdentifier(callee)) return [callee.text];
  if (ts.isPropertyAccessExpression(callee)) return [...calleeNames(callee.expression), callee.name.text];
  if (ts.isCallExpression(callee)) return calleeNames(callee.expression);
  if (ts.isTaggedTemplateExpression(callee)) return calleeNames(callee.tag);
  return [];
}

function textOf(title: ts.Expression, source: ts.SourceFile): string {
  return ts.isStringLiteralLike(title) ? title.text : title.getText(source);
}

if (import.meta.main) await report("requirements", checkRequirements(repositoryRoot));
