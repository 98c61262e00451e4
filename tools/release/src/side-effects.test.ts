import { writeFileSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
import { linkModule, plantedManifest, plantTree } from "../../checks/src/__fixtures__/planted-tree.ts";
import { entriesOf, publishedPackages, repositoryRoot } from "../../checks/src/workspace.ts";

const packages = publishedPackages(repositoryRoot);
const specifiers = packages.flatMap((published) =>
  entriesOf(published).map(({ subpath }) => path.posix.join(published.manifest.name, subpath)),
);

/** What a bundler makes of a program that imports a module and uses nothing of it. */
async function bundleUnused(root: string, specifier: string): Promise<string> {
  const input = path.join(root, "program.mjs");
  writeFileSync(input, `import * as unused from "${specifier}";\n`);
  const bundle = await rolldown({
    input,
    platform: "node",
    // Optional peers, which a bundle leaves to the machine.
    external: ["msw", "lz4-napi"],
  });
  const { output } = await bundle.generate();
  await bundle.close();
  return output.map((file) => ("code" in file ? file.code : file.fileName)).join("\n");
}

/** A program's folder in which our packages are installed. */
function project(): string {
  const root = plantTree({ "package.json": "{}" });
  linkModule(root, "@cloudhaul", path.join(repositoryRoot, "node_modules/@cloudhaul"));
  return root;
}

it.each(specifiers)("an unused import of %s is bundled to nothing", async (specifier) => {
  expect((await bundleUnused(project(), specifier)).trim()).toBe("export {};");
});

// The bundler believes `sideEffects: false`. That it is true is seen where the packages are installed: there an import leaves
// no trace in the process that makes it.
it("is bundled to something where a package does not promise it", async () => {
  const root = plantTree({
    "node_modules/@cloudhaul/loud/package.json": plantedManifest("loud", { sideEffects: true }),
    "node_modules/@cloudhaul/loud/dist/index.js": "globalThis.loud = 1;\nexport const one = 1;\n",
  });
  expect(await bundleUnused(root, "@cloudhaul/loud")).toContain("globalThis.loud = 1");
});
