import { cruise, type IForbiddenRuleType } from "dependency-cruiser";
import { allowedArrows, soleImporters } from "./arrows.ts";
import { report, type Verdict } from "./verdict.ts";
import { filesMatching, repositoryRoot } from "./workspace.ts";

const testFiles = "[.](test|test-d|examples)[.]ts$|/__fixtures__/";

/** A package of ours, met as its files, or by its name where it is not built yet. */
const inPackage = (folder: string) => `^(packages|(node_modules/)?@cloudhaul)/${folder}(/|$)`;

const arrowRules: IForbiddenRuleType[] = Object.entries(allowedArrows).flatMap(
  ([folder, { dependsOn, mayLoad = [] }]) => [
    {
      name: `arrows-of-${folder}`,
      comment: `${folder} may import ${dependsOn.join(", ") || "no package of ours"}`,
      severity: "error",
      from: { path: `^packages/${folder}/src/`, pathNot: testFiles },
      to: {
        path: inPackage("[^/]+"),
        pathNot: [folder, ...dependsOn, ...mayLoad].map(inPackage),
      },
    },
    ...mayLoad.map(
      (loaded): IForbiddenRuleType => ({
        name: `${folder}-loads-${loaded}`,
        comment: `${folder} may load ${loaded} with import(), where it is installed, and not import it`,
        severity: "error",
        from: { path: `^packages/${folder}/src/`, pathNot: testFiles },
        to: { path: inPackage(loaded), dependencyTypesNot: ["dynamic-import", "type-only"] },
      }),
    ),
  ],
);

const soleImporterRules: IForbiddenRuleType[] = Object.entries(soleImporters).map(([external, folder]) => ({
  name: `${external}-only-in-${folder}`,
  comment: `only ${folder} may import ${external}`,
  severity: "error",
  from: { path: "^packages/", pathNot: [`^packages/${folder}/`] },
  to: { path: `(^|node_modules/)${external}(/|$)` },
}));

const rules: IForbiddenRuleType[] = [
  ...arrowRules,
  ...soleImporterRules,
  {
    name: "known-package",
    comment: "every package has a row in tools/checks/src/arrows.ts",
    severity: "error",
    from: { path: "^packages/", pathNot: Object.keys(allowedArrows).map((folder) => `^packages/${folder}/`) },
    to: {},
  },
  {
    name: "no-relative-import-of-another-package",
    comment: "another package is imported by its name",
    severity: "error",
    from: { path: "^packages/([^/]+)/" },
    to: { path: "^(packages|tools)/", pathNot: "^packages/$1/", dependencyTypes: ["local"] },
  },
  {
    name: "packages-never-import-tools",
    comment: "tools/ is not published",
    severity: "error",
    from: { path: "^packages/" },
    to: { path: "^tools/|(^|/)@cloudhaul-tools/" },
  },
  {
    name: "no-cycle",
    comment: "modules do not import each other in a circle (types excepted: they are gone at run time)",
    severity: "error",
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  },
  {
    name: "no-development-dependency",
    comment: "what is published imports only what it declares as a dependency",
    severity: "error",
    from: { path: "^packages/[^/]+/src/", pathNot: testFiles },
    to: {
      dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
      // A type is gone when the package is built; the declarations are attw's to judge.
      dependencyTypesNot: ["type-only", "npm-peer", "npm-optional"],
    },
  },
  {
    name: "resolvable",
    comment: "an import must lead somewhere; build first where it leads to another package",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
];

/** Checks the imports of `packages/<name>/src` against the arrows and the rules above. */
export async function checkBoundaries(root: string): Promise<Verdict> {
  const sources = filesMatching(root, "packages/*/src/**/*.ts");
  const { output } = await cruise(
    ["packages"],
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: rules },
      // Followed no further, but not excluded: an import of another package leads to its dist.
      doNotFollow: { path: "node_modules|/dist/" },
      exclude: { path: "^packages/[^/]+/(dist/.*[.]js|[^/]+[.](js|cjs|mjs|ts))$" },
      tsPreCompilationDeps: "specify",
    },
    { exportsFields: ["exports"], conditionNames: ["types", "import", "node", "default"] },
  );
  if (typeof output === "string") throw new Error(output);
  const seen = new Set(output.modules.map(({ source }) => source));
  const problems = output.summary.violations.map(
    ({ rule, from, to }) =>
      `${from} → ${to}: ${rules.find(({ name }) => name === rule.name)?.comment} (${rule.name})`,
  );
  // Without a TypeScript that it can load, the cruiser sees no module and passes.
  const unseen = sources.filter((file) => !seen.has(file));
  if (sources.length === 0 || unseen.length > 0) {
    problems.unshift(
      `${unseen.length} of ${sources.length} source files were not looked at: ${unseen.join(", ")}`,
    );
  }
  return { problems, summary: `${sources.length} source files looked at` };
}

if (import.meta.main) await report("boundaries", checkBoundaries(repositoryRoot));
