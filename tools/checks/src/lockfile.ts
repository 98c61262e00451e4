import path from "node:path";
import { type LockedPackages, locate } from "./locked-packages.ts";
import { report, type Verdict } from "./verdict.ts";
import { readJson, repositoryRoot } from "./workspace.ts";

/**
 * Checks that the lockfile has no holes. `npm install` silently leaves out optional packages that the registry does not
 * know (a native binary for another platform); `npm ci` then fails there, or installs a tool that cannot start.
 * Nor may it name the registry it was made from.
 */
export function checkLockfile(file: string): Verdict {
  const locked = readJson<{ packages: LockedPackages }>(file).packages;
  const entries = Object.entries(locked);
  const holes = entries.flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => locate(locked, from, name) === undefined)
      .map((name) => `${from || "the root"} needs ${name}, which is not in the lockfile`),
  );
  const addresses = entries
    .filter(([, { link, resolved }]) => resolved !== undefined && !link)
    .map(
      ([at]) =>
        `${at} has a "resolved" address: set omit-lockfile-registry-resolved=true and renew the lockfile`,
    );
  return { problems: [...holes, ...addresses], summary: `${entries.length} locked packages, no hole` };
}

if (import.meta.main) await report("lockfile", checkLockfile(path.join(repositoryRoot, "package-lock.json")));
