import { readFileSync } from "node:fs";
import path from "node:path";
import { report, type Verdict } from "../../checks/src/verdict.ts";
import {
  filesMatching,
  type Package,
  publishedPackages,
  repositoryRoot,
} from "../../checks/src/workspace.ts";

/** How much a release changes, from the least to the most. */
const bumps = ["none", "patch", "minor", "major"] as const;
type Bump = (typeof bumps)[number];

/**
 * Checks the changesets that wait for a release: they name packages that exist, and a breaking change of one package is
 * one of every package that shows its types, as a caller meets the change there, too. Nothing else would ask for that:
 * changesets gives such a package no more than a patch.
 */
export function checkPendingChanges(root: string): Verdict {
  const packages = publishedPackages(root);
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  const files = filesMatching(root, ".changeset/*.md");
  const pending = new Map<string, Bump>();
  const problems: string[] = [];
  for (const file of files) {
    for (const { name, bump } of releasesIn(readFileSync(path.join(root, file), "utf8"))) {
      if (!names.has(name)) problems.push(`${file}: there is no package ${name}`);
      const known = pending.get(name) ?? "none";
      if (bumps.indexOf(bump) > bumps.indexOf(known)) pending.set(name, bump);
    }
  }
  for (const published of packages) {
    const { name } = published.manifest;
    if (pending.get(name) === "major") continue;
    for (const [shown, types] of typesShownBy(published))
      if (pending.get(shown) === "major")
        problems.push(
          `${name} shows types of ${shown} in its API (${types.join(", ")}): a major of ${shown} needs a changeset with a major of ${name}`,
        );
  }
  return {
    problems,
    summary: `${files.length} changesets for ${pending.size} of ${packages.length} packages`,
  };
}

/** The front matter of a changeset: a line `"@cloudhaul/core-http": patch` for each package. */
function releasesIn(text: string): readonly { readonly name: string; readonly bump: Bump }[] {
  const [, matter = ""] = text.split(/^---$/m);
  return [...matter.matchAll(/^["']?(@[^"':]+)["']?: *(none|patch|minor|major) *$/gm)].map(
    ([, name, bump]) => ({
      name: name as string,
      bump: bump as Bump,
    }),
  );
}

/** Our packages of which types stand in the API reports of a package, each with those types. */
function typesShownBy({ directory }: Package): ReadonlyMap<string, readonly string[]> {
  const shown = new Map<string, string[]>();
  for (const file of filesMatching(directory, "api*.md")) {
    const text = readFileSync(path.join(directory, file), "utf8");
    for (const [, types, from] of text.matchAll(
      /^import (?:type )?\{ (.+) \} from '(@cloudhaul\/[^']+)';$/gm,
    ))
      shown.set(from as string, [...(shown.get(from as string) ?? []), types as string]);
  }
  return shown;
}

if (import.meta.main) await report("changesets", checkPendingChanges(repositoryRoot));
