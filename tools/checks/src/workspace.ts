import { globSync, readFileSync } from "node:fs";
import path from "node:path";

/** The root of this repository. */
export const repositoryRoot: string = path.resolve(import.meta.dirname, "../../..");

/** The scope of everything that is published. */
export const scope = "@cloudhaul/";

/** The fields of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: string | Record<string, string>;
  readonly exports?: Record<string, string | { readonly types?: string; readonly default?: string }>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>;
  readonly [field: string]: unknown;
}

/** One published package. */
export interface Package {
  /** Name of its folder, which is its name without the scope: `core-http`. */
  readonly folder: string;
  readonly directory: string;
  readonly manifest: Manifest;
}

/** One way into a package: `.` or a subpath. */
export interface Entry {
  /** As in `exports`: `.`, `./msw`. */
  readonly subpath: string;
  /** Name of the module without its ending: `index`, `msw`. */
  readonly module: string;
}

export function readJson<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(file, "utf8")) as Shape;
}

/** The packages under `packages/`, in the order of their names. */
export function publishedPackages(root: string): Package[] {
  return globSync("packages/*/package.json", { cwd: root })
    .sort()
    .map((file) => path.dirname(path.join(root, file)))
    .map((directory) => ({
      folder: path.basename(directory),
      directory,
      manifest: readJson<Manifest>(path.join(directory, "package.json")),
    }));
}

/** The ways into a package that hold code. */
export function entriesOf({ manifest }: Package): Entry[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
    typeof target === "string" || !target.types
      ? []
      : [{ subpath, module: path.basename(target.types, ".d.ts") }],
  );
}

/** Files that match any of the patterns, sorted, relative to `root`, with forward slashes; never those of `node_modules` or `dist`. */
export function filesMatching(root: string, ...patterns: string[]): string[] {
  const ignored = new Set(["node_modules", "dist", ".nx"]);
  return globSync(patterns, { cwd: root, exclude: (name) => ignored.has(path.basename(name)) })
    .map((file) => file.split(path.sep).join("/"))
    .sort();
}

/** The declarations of an entry, relative to its package. */
export function declarationsOf({ module }: Entry): string {
  return `dist/${module}.d.ts`;
}
