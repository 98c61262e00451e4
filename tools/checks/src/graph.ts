import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Arrows, allowedArrows } from "./arrows.ts";
import { report, type Verdict } from "./verdict.ts";
import { readJson, repositoryRoot, scope } from "./workspace.ts";

/** What `nx graph --file` writes, as far as it is read here. */
export interface ProjectGraph {
  readonly graph: { readonly dependencies: Record<string, readonly { readonly target: string }[]> };
}

/** Checks that the published projects have exactly the arrows of the table, and that no project is on a cycle. */
export function checkGraph(
  { graph: { dependencies } }: ProjectGraph,
  arrows: Readonly<Record<string, Arrows>> = allowedArrows,
): Verdict {
  const published = Object.keys(dependencies).filter((project) => project.startsWith(scope));
  const problems = published.flatMap((project) => {
    const row = arrows[project.slice(scope.length)];
    if (!row) return [`${project} has no row in tools/checks/src/arrows.ts`];
    const actual = targetsOf(dependencies, project).filter((target) => target in dependencies);
    const expected = row.dependsOn.map((folder) => scope + folder);
    const tolerated = (row.mayLoad ?? []).map((folder) => scope + folder);
    return [
      ...actual
        .filter((target) => !expected.includes(target) && !tolerated.includes(target))
        .map((target) => `${project} → ${target} is not allowed`),
      ...expected
        .filter((target) => !actual.includes(target))
        .map((target) => `${project} → ${target} is missing from its package.json`),
    ];
  });
  const cycle = findCycle(dependencies);
  if (cycle) problems.push(`projects depend on each other in a circle: ${cycle.join(" → ")}`);
  if (published.length === 0) problems.push("the graph shows no published project");
  return { problems, summary: `${published.length} published projects, arrows as in the table, no cycle` };
}

function targetsOf(dependencies: ProjectGraph["graph"]["dependencies"], project: string): string[] {
  return [...new Set((dependencies[project] ?? []).map(({ target }) => target))];
}

function findCycle(dependencies: ProjectGraph["graph"]["dependencies"]): string[] | undefined {
  const finished = new Set<string>();
  const visit = (project: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(project)) return [...trail.slice(trail.indexOf(project)), project];
    if (finished.has(project)) return undefined;
    for (const target of targetsOf(dependencies, project)) {
      const cycle = visit(target, [...trail, project]);
      if (cycle) return cycle;
    }
    finished.add(project);
    return undefined;
  };
  for (const project of Object.keys(dependencies)) {
    const cycle = visit(project, []);
    if (cycle) return cycle;
  }
  return undefined;
}

function readProjectGraph(root: string): ProjectGraph {
  const folder = mkdtempSync(path.join(tmpdir(), "cloudhaul-graph-"));
  try {
    const file = path.join(folder, "graph.json");
    const nx = path.join(root, "node_modules/nx/dist/bin/nx.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [nx, "graph", `--file=${file}`], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NX_DAEMON: "false", NX_NO_CLOUD: "true", NX_TUI: "false" },
    });
    if (status !== 0) throw new Error(`nx graph failed:\n${stdout}${stderr}`);
    return readJson<ProjectGraph>(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) await report("graph", checkGraph(readProjectGraph(repositoryRoot)));
