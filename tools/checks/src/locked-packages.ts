import path from "node:path";

/** What a package-lock.json says of one package, as far as it is read here. */
export interface LockedPackage {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly resolved?: string;
  readonly link?: boolean;
}

/** The `packages` of a package-lock.json: the folder of each, from the root, and what is said of it. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** Where the package in folder `from` finds `name`, looking as Node does: beside itself, then in each folder above. */
export function locate(locked: LockedPackages, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = path.posix.dirname(folder)) {
    if (folder === ".") folder = "";
    const at = path.posix.join(folder, "node_modules", name);
    const entry = locked[at];
    if (entry) return entry.link && entry.resolved ? entry.resolved : at;
    if (folder === "") return undefined;
  }
}
