import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { parseModule } from "./source-files.ts";
import { report, type Verdict } from "./verdict.ts";
import {
  entriesOf,
  filesMatching,
  type Manifest,
  type Package,
  publishedPackages,
  repositoryRoot,
  scope,
} from "./workspace.ts";

const longestFile = 300;
const vagueNames = /^(utils?|helpers?|common|managers?|misc)\b|-(utils?|helpers?|common|managers?)$/;
const filesOfEveryPackage = ["README.md", "src/index.ts", "src/requirements.ts"];
const repositoryUrl = "git+https://github.com/cloudhaul/cloudhaul.git";

/** Fields that are the same in every package, but for its folder. */
export const uniformFields = (folder: string, { bin }: Pick<Manifest, "bin">): Record<string, unknown> => ({
  name: scope + folder,
  license: "Apache-2.0",
  author: "The Cloudhaul authors",
  homepage: `https://github.com/cloudhaul/cloudhaul/tree/main/packages/${folder}#readme`,
  repository: { type: "git", url: repositoryUrl, directory: `packages/${folder}` },
  type: "module",
  sideEffects: false,
  engines: { node: ">=20.19.0" },
  files: [
    ...(bin ? ["bin"] : []),
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
});

/** Checks that every package is laid out alike: its files, their length and names, its index and its package.json. */
export function checkStructure(root: string): Verdict {
  const packages = publishedPackages(root);
  const sources = filesMatching(root, "packages/*/src/**/*.ts");
  const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
  const problems = [
    ...sources.flatMap((file) => sourceFaults(file, readFileSync(path.join(root, file), "utf8"))),
    ...packages.flatMap((published) => [
      ...missingFiles(published),
      ...indexFaults(published),
      ...manifestFaults(published.folder, published.manifest, versions),
    ]),
  ];
  if (packages.length === 0) problems.push("no package was found");
  return { problems, summary: `${packages.length} packages, ${sources.length} source files` };
}

function sourceFaults(file: string, text: string): string[] {
  const name = path.basename(file).replace(/\.ts$/, "");
  const lines = text.replace(/\n$/, "").split("\n").length;
  const isTest = name.endsWith(".test");
  return [
    ...(lines > longestFile && !isTest
      ? [`${file} has ${lines} lines, more than ${longestFile}: split it by concept`]
      : []),
    ...(vagueNames.test(name) ? [`${file} has a name that says nothing: name it after its one concept`] : []),
    ...(/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z-]+)*$/.test(name) ? [] : [`${file} is not named in kebab-case`]),
  ];
}

function missingFiles(published: Package): string[] {
  const reports = entriesOf(published).map(apiReportName);
  return [...filesOfEveryPackage, ...reports]
    .filter((file) => !existsSync(path.join(published.directory, file)))
    .map((file) => `packages/${published.folder}/${file} is missing`);
}

/** Where the API report of an entry lies in its package: `api.md`, `api-msw.md`. */
export function apiReportName({ module }: { readonly module: string }): string {
  return module === "index" ? "api.md" : `api-${module}.md`;
}

function indexFaults({ folder, directory }: Package): string[] {
  const file = path.join(directory, "src/index.ts");
  if (!existsSync(file)) return [];
  const isNamedExport = (statement: ts.Statement) =>
    ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause);
  return parseModule(file, readFileSync(file, "utf8")).statements.every(isNamedExport)
    ? []
    : [`packages/${folder}/src/index.ts must hold named exports and nothing else`];
}

function manifestFaults(folder: string, manifest: Manifest, versions: ReadonlyMap<string, string>): string[] {
  const file = `packages/${folder}/package.json`;
  const uniform = Object.entries(uniformFields(folder, manifest))
    .filter(([field, expected]) => canonical(manifest[field]) !== canonical(expected))
    .map(([field, expected]) => `${file}: "${field}" must be ${JSON.stringify(expected)}`);
  const described = ["description", "keywords"]
    .filter((field) => !manifest[field])
    .map((field) => `${file}: "${field}" is missing`);
  const ranges = Object.entries(manifest.dependencies ?? {})
    .filter(([name, range]) => !isCaretRange(range, versions.get(name)))
    .map(
      ([name, range]) => `${file}: ${name} is ${range}, and must be ^${versions.get(name) ?? "<version>"}`,
    );
  return [...uniform, ...described, ...ranges, ...exportsFaults(file, manifest)];
}

/**
 * A dependency is given by caret, so that it is shared with others that ask for it. One of ours may lag behind what stands
 * here, so that a patch of a core releases no service; but not so far that what stands here would not be taken.
 */
function isCaretRange(range: string, version: string | undefined): boolean {
  if (!/^\^\d+\.\d+\.\d+$/.test(range)) return false;
  if (version === undefined) return true;
  const [asked, here] = [range.slice(1), version].map((text) => text.split(".").map(Number));
  const [major = 0, minor = 0, patch = 0] = asked as number[];
  const [ownMajor = 0, ownMinor = 0, ownPatch = 0] = here as number[];
  if (major !== ownMajor || (major === 0 && minor !== ownMinor)) return false;
  return minor < ownMinor || (minor === ownMinor && patch <= ownPatch);
}

function exportsFaults(file: string, { exports = {} }: Manifest): string[] {
  return Object.entries(exports)
    .filter(([subpath, target]) => {
      if (subpath === "./package.json") return target !== "./package.json";
      const module = subpath === "." ? "index" : subpath.slice(2);
      // "types" first: the first condition that matches is taken.
      return JSON.stringify(target) !== `{"types":"./dist/${module}.d.ts","default":"./dist/${module}.js"}`;
    })
    .map(
      ([subpath]) => `${file}: "exports" of "${subpath}" must be types, then default, of its module in dist`,
    )
    .concat("./package.json" in exports ? [] : [`${file}: "exports" must hold "./package.json"`]);
}

/** JSON with the keys of objects in order, so that their order does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a.localeCompare(b)))
      : inner,
  );
}

if (import.meta.main) await report("structure", checkStructure(repositoryRoot));
