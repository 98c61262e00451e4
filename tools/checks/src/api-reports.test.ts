import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { linkModule, plantedManifest, plantTree } from "./__fixtures__/planted-tree.ts";
import { checkApiReports } from "./api-reports.ts";
import { publishedPackages, repositoryRoot } from "./workspace.ts";

const declarations = `/** Adds. */\nexport declare function add(a: number): number;\n`;

function plantPackage(
  files: Record<string, string> = { "packages/core-http/dist/index.d.ts": declarations },
): string {
  const root = plantTree({ "packages/core-http/package.json": plantedManifest("core-http"), ...files });
  linkModule(root, "@types", path.join(repositoryRoot, "node_modules/@types"));
  return root;
}

it("accepts what is built when told to write, and passes while it stays the same", () => {
  const root = plantPackage();
  expect(checkApiReports(publishedPackages(root), { write: true }).problems).toEqual([]);
  expect(readFileSync(path.join(root, "packages/core-http/api.md"), "utf8")).toContain(
    "export function add(a: number): number;",
  );
  expect(checkApiReports(publishedPackages(root), { write: false }).problems).toEqual([]);
});

it("names the package, the difference and the command that accepts it", () => {
  const root = plantPackage();
  checkApiReports(publishedPackages(root), { write: true });
  const changed = declarations.replace("a: number", "a: string");
  writeFileSync(path.join(root, "packages/core-http/dist/index.d.ts"), changed);
  const { problems } = checkApiReports(publishedPackages(root), { write: false });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("@cloudhaul/core-http");
  expect(problems[0]).toContain("npm run api");
  expect(problems[0]).toContain("- export function add(a: number): number;");
  expect(problems[0]).toContain("+ export function add(a: string): number;");
});

it("fails where the report was never written, or the package never built", () => {
  expect(checkApiReports(publishedPackages(plantPackage()), { write: false }).problems).toHaveLength(1);
  expect(checkApiReports(publishedPackages(plantPackage({})), { write: true }).problems).toEqual([
    'packages/core-http/dist/index.d.ts is missing: run "npm run build" first',
  ]);
});

it("shows in the report a type that a signature uses and no one can import", () => {
  const root = plantPackage({
    "packages/core-http/dist/index.d.ts":
      "interface Hidden { a: 1 }\n/** Takes. */\nexport declare function take(hidden: Hidden): void;\nexport {};\n",
  });
  checkApiReports(publishedPackages(root), { write: true });
  expect(readFileSync(path.join(root, "packages/core-http/api.md"), "utf8")).toContain("ae-forgotten-export");
});
