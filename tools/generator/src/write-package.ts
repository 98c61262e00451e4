import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { uniformFields } from "../../checks/src/structure.ts";
import type { ServiceFacts } from "./service-facts.ts";
import { type Surroundings, templateValues } from "./template-values.ts";

const templates = path.join(import.meta.dirname, "../template");
const ending = ".template";

/** A package from which files are taken that are the same in every service. */
const sibling = "packages/roma-assets";
const sameEverywhere = ["LICENSE", "tsconfig.json", "tsconfig.build.json"];

/**
 * Writes the package, its row in the table of arrows, and the note for its first release. Nothing that is there is replaced.
 *
 * @returns the files that were written or changed, relative to the root
 * @throws Error when the package is there already
 */
export function writePackage(root: string, facts: ServiceFacts): readonly string[] {
  const folder = path.join("packages", facts.name);
  if (existsSync(path.join(root, folder))) throw new Error(`${folder} is there already.`);
  const surroundings = surroundingsOf(root);
  const values = templateValues(facts, surroundings);
  const written = globSync(`**/*${ending}`, { cwd: templates }).map((template) => {
    const file = path.join(folder, template.slice(0, -ending.length));
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    const text = readFileSync(path.join(templates, template), "utf8");
    writeFileSync(path.join(root, file), fill(template, text, values));
    return file;
  });
  const copied = sameEverywhere.map((file) => path.join(folder, file));
  for (const file of copied)
    copyFileSync(path.join(root, sibling, path.basename(file)), path.join(root, file));
  const manifest = path.join(folder, "package.json");
  writeFileSync(path.join(root, manifest), JSON.stringify(manifestOf(facts, surroundings)));
  return [...written, ...copied, manifest, addArrow(root, facts.name), addChangeset(root, facts)];
}

/** What is the same in every package comes from the check that demands it. */
function manifestOf({ name, title }: ServiceFacts, versions: Surroundings): object {
  const { name: scoped, license, author, homepage, repository, type, ...rest } = uniformFields(name, {});
  return {
    name: scoped,
    version: "0.0.0",
    description: `Downloads files of Huawei Cloud ${title}`,
    ...{ license, author, homepage, repository },
    bugs: "https://github.com/cloudhaul/cloudhaul/issues",
    keywords: ["huawei-cloud", "download"],
    type,
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    },
    ...rest,
    dependencies: {
      "@cloudhaul/core-auth": `^${versions.coreAuthVersion}`,
      "@cloudhaul/core-http": `^${versions.coreHttpVersion}`,
    },
  };
}

function fill(template: string, text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`${template} asks for ${key}, which nobody knows.`);
    return value;
  });
}

function surroundingsOf(root: string): Surroundings {
  const versionOf = (folder: string): string => {
    const manifest = readFileSync(path.join(root, "packages", folder, "package.json"), "utf8");
    return (JSON.parse(manifest) as { version: string }).version;
  };
  const ids = readdirSync(path.join(root, "packages")).flatMap((folder) => {
    const file = path.join(root, "packages", folder, "src/requirements.ts");
    return existsSync(file) ? [...readFileSync(file, "utf8").matchAll(/"([A-Z][A-Z0-9]*)-\d+":/g)] : [];
  });
  return {
    coreAuthVersion: versionOf("core-auth"),
    coreHttpVersion: versionOf("core-http"),
    takenPrefixes: new Set(ids.map(([, prefix = ""]) => prefix)),
  };
}

/** A service without commands of its own stands after those that the command depends on. */
function addArrow(root: string, name: string): string {
  const file = "tools/checks/src/arrows.ts";
  const text = readFileSync(path.join(root, file), "utf8");
  const after = "  ...services,\n";
  if (!text.includes(after)) throw new Error(`${file} has changed: add a row for ${name} by hand.`);
  writeFileSync(path.join(root, file), text.replace(after, `${after}  "${name}": service,\n`));
  return file;
}

function addChangeset(root: string, { name, title }: ServiceFacts): string {
  const file = `.changeset/new-${name}.md`;
  writeFileSync(
    path.join(root, file),
    `---\n"@cloudhaul/${name}": major\n---\n\nFirst release: downloads files of ${title}.\n`,
  );
  return file;
}
