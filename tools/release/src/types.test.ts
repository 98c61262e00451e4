import path from "node:path";
import { expect, it, vi } from "vitest";
import { plantedManifest, plantTree } from "../../checks/src/__fixtures__/planted-tree.ts";
import { publishedPackages, repositoryRoot } from "../../checks/src/workspace.ts";
import { compileTypes, writeTypedPrograms } from "./types.ts";
import { findUserShell } from "./user-shell.ts";

// A compiler takes its time with the types of Node.
vi.setConfig({ testTimeout: 60_000 });

const modules = path.join(repositoryRoot, "node_modules");
const native = { version: "7", program: path.join(modules, "@typescript/native/bin/tsc") };

/** What the compiler says of a package with these declarations, in a project in which it is installed. */
function compile(declarations: string, compiler = native): Promise<readonly string[]> {
  const root = plantTree({
    "packages/core-http/package.json": plantedManifest("core-http"),
    "project/node_modules/@cloudhaul/core-http/package.json": plantedManifest("core-http"),
    "project/node_modules/@cloudhaul/core-http/dist/index.js": "export const one = 1;",
    "project/node_modules/@cloudhaul/core-http/dist/index.d.ts": declarations,
  });
  const consumers = publishedPackages(root).map((published) => ({
    ...{ published, directory: path.join(root, "project"), shell: findUserShell() },
  }));
  for (const consumer of consumers) writeTypedPrograms(consumer);
  const toolchains = { nodes: [], compilers: [], typeRoot: path.join(modules, "@types") };
  return compileTypes(root, consumers, compiler, toolchains);
}

it("passes declarations that compile, Node's own types among them", async () => {
  const declarations = `import type { Readable } from "node:stream";\nexport declare const one: Readable;\n`;
  expect(await compile(declarations)).toEqual([]);
});

it("looks into declarations, and names the file in its project, for each way of finding modules", async () => {
  const complaints = await compile("export declare const one: Absent;\n");
  expect(complaints).toHaveLength(2);
  for (const complaint of complaints)
    expect(complaint).toMatch(/^project\/node_modules\/@cloudhaul\/core-http\/dist\/index\.d\.ts.*Absent/);
});

it("does not take silence for consent", async () => {
  const dumb = { version: "0", program: path.join(import.meta.dirname, "absent.js") };
  expect((await compile("export {};\n", dumb)).join("\n")).toContain("Cannot find module");
});
