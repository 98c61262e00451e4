import type { Manifest } from "../../checks/src/workspace.ts";
import type { Budget } from "./budgets.ts";
import type { Installed } from "./consumer.ts";

/** Scripts that npm runs on the machine of whoever installs. */
const installScripts = ["preinstall", "install", "postinstall"];

/** Licences that everything installed may be under. */
const licences = ["Apache-2.0", "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause"];

/** What is wrong with what was installed, and what to show of it. */
export interface InstalledReport {
  readonly faults: readonly string[];
  /** `4 of 5`. */
  readonly packages: string;
  /** `7.7 of 10`. */
  readonly megabytes: string;
}

/** Measures what was installed by its budget; nothing of it may run a script, or be under a licence that is not listed. */
export function installedFaults({ manifests, bytes }: Installed, budget: Budget): InstalledReport {
  const count = manifests.length;
  const size = bytes / 1e6;
  const packages = `${count} of ${budget.packages}`;
  const megabytes = `${size.toFixed(1)} of ${budget.megabytes}`;
  return {
    ...{ packages, megabytes },
    faults: [
      ...(count > budget.packages ? [`${packages} packages: ${namesOf(manifests)}`] : []),
      ...(size > budget.megabytes ? [`${megabytes} MB`] : []),
      ...manifests.flatMap(manifestFaults),
    ],
  };
}

function manifestFaults({ name, scripts, license }: Manifest): readonly string[] {
  const ours = installScripts.filter((script) => script in ((scripts as object | undefined) ?? {}));
  return [
    ...ours.map((script) => `${name} runs a script when it is installed: ${script}`),
    ...(licences.includes(String(license)) ? [] : [`${name} is under the licence ${license}`]),
  ];
}

/** Everything that comes with any of the packages, by licence: `MIT: yazl 3.3.1, zod 4.6.7`. */
export function licenceLines(installed: readonly Installed[]): readonly string[] {
  const packages = installed.flatMap(({ manifests }) => manifests);
  return licences.flatMap((licence) => {
    const own = packages.filter(({ license }) => license === licence);
    const names = new Set(own.map(({ name, version }) => `${name} ${version}`));
    return names.size > 0 ? [`${licence}: ${[...names].sort().join(", ")}`] : [];
  });
}

function namesOf(manifests: readonly Manifest[]): string {
  return manifests.map(({ name }) => name).join(", ");
}
