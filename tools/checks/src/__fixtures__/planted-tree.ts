import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** Writes files into a temporary folder, which is removed with the test, and returns its path. */
export function plantTree(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "cloudhaul-checks-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

/** Links `node_modules/<name>` of a planted tree to a folder, as npm does with workspaces. */
export function linkModule(root: string, name: string, target: string): void {
  const link = path.join(root, "node_modules", name);
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(path.resolve(root, target), link, "junction");
}

/** A package.json as every published package has it. */
export function plantedManifest(folder: string, changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    name: `@cloudhaul/${folder}`,
    version: "0.1.0",
    description: "A planted package",
    license: "Apache-2.0",
    author: "The Cloudhaul authors",
    homepage: `https://github.com/cloudhaul/cloudhaul/tree/main/packages/${folder}#readme`,
    repository: {
      type: "git",
      url: "git+https://github.com/cloudhaul/cloudhaul.git",
      directory: `packages/${folder}`,
    },
    keywords: ["planted"],
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19.0" },
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    },
    files: [
      "dist",
      "src",
      "!src/**/*.test.ts",
      "!src/**/*.examples.ts",
      "!src/**/__fixtures__",
      "!dist/**/*.tsbuildinfo",
    ],
    publishConfig: { access: "public" },
    scripts: {
      build: "tsc -b tsconfig.build.json && node ../../tools/build/src/bundle.ts",
      typecheck: "tsc -p tsconfig.json",
      test: "vitest run --dir src --testTimeout 60000 --expect.poll.timeout 20000",
      package: "publint --strict && attw --pack . --profile esm-only",
    },
    ...changes,
  });
}
