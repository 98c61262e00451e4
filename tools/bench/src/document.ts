import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { barChart } from "./bar-chart.ts";
import type { Section } from "./section.ts";

/** What a case came to, as it is kept between runs. */
export interface CaseResult {
  readonly title: string;
  readonly what: string;
  readonly rounds: number;
  /** When it ended, and how busy the machine was then: the mean number of processes over a minute. */
  readonly date: string;
  readonly load: number;
  readonly sections: readonly Section[];
}

/** What all cases came to, by name, and what they were run with. */
export interface Results {
  readonly machine: string;
  readonly places: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: Readonly<Record<string, CaseResult>>;
}

/** The machine, for readers. */
export function describeMachine(): string {
  const [kernel] = /^\d+\.\d+/.exec(release()) ?? [];
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory} GiB, ${process.platform} ${kernel}`;
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

/** A table in Markdown, numbers to the right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = header.map((_, index) => (index === 0 ? "---" : "--:"));
  return [header, rule, ...rows].map(row).join("\n");
}

/** The document of these results, its pictures in the folder `benchmarks` beside it. */
export function describeResults({ machine, places, versions, cases }: Results): string {
  const versionList = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${[
    "# Benchmarks",
    "Cloudhaul beside what people use for such files. `npm run bench` makes this page anew, `npm run bench -- --help` tells how to make a part of it.",
    [
      "- Each client is a process of its own, and its figures are those of the whole process: its start, its work, its end.",
      '- Clients take turns, A B C A B C. A figure is the median over the rounds; "× first" is the median of the ratios to the first row within each round.',
      "- After each run the saved files are compared with what was served, by length and sha256, outside of the time. Who saves something else has no figures.",
      "- The server, nginx on loopback, runs on the same cores: ratios mean more than seconds, and CPU time more than the wall clock.",
      `- Files are served from ${places.memory} and saved there; small files are saved on ${places.disk}.`,
    ].join("\n"),
    `Machine: ${machine}.`,
    `Versions: ${versionList.join(", ")}.`,
    ...Object.values(cases).flatMap(describeCase),
  ].join("\n\n")}\n`;
}

function describeCase({ title, what, rounds, date, load, sections }: CaseResult): readonly string[] {
  return [
    `## ${title}`,
    `${what} Rounds: ${rounds}. Run on ${date}, with a load of ${load.toFixed(1)}, its own included.`,
    ...sections.flatMap((section) => [
      `### ${title}: ${section.title}`,
      markdownTable(section.header, section.rows),
      section.charts.map((chart) => `![${chart.title}](benchmarks/${chart.slug}.svg)`).join("\n"),
    ]),
  ];
}

/** Writes the document, its pictures and the results themselves; cases that were not run now stay as they were. */
export async function writeDocument(
  folder: string,
  results: Results,
  order: readonly string[],
): Promise<void> {
  const pictures = join(folder, "benchmarks");
  await mkdir(pictures, { recursive: true });
  const kept = join(pictures, "results.ndjson");
  const found = { ...(await readCases(kept)), ...results.cases };
  const names = order.filter((name) => found[name]);
  const cases = Object.fromEntries(names.map((name) => [name, found[name] as CaseResult]));
  const lines = Object.entries(cases).map(([name, result]) => `${JSON.stringify({ name, ...result })}\n`);
  await writeFile(kept, lines.join(""));
  for (const { title, unit, slug, bars } of Object.values(cases).flatMap(chartsOf)) {
    await writeFile(join(pictures, `${slug}.svg`), barChart(title, unit, bars));
  }
  await writeFile(join(folder, "benchmarks.md"), describeResults({ ...results, cases }));
}

/** The cases of earlier runs, one a line, by name. */
async function readCases(file: string): Promise<Record<string, CaseResult>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const lines = text.split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const { name, ...result } = JSON.parse(line) as CaseResult & { name: string };
      return [name, result];
    }),
  );
}

const chartsOf = ({ title, sections }: CaseResult) =>
  sections.flatMap(({ charts }) => charts.map((chart) => ({ ...chart, title: `${title}, ${chart.title}` })));
