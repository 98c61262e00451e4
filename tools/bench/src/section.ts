import type { Bar } from "./bar-chart.ts";
import type { Contest, Standing } from "./contest.ts";
import type { Figures } from "./measure.ts";
import { medianRatio, type Summary, summarize } from "./statistics.ts";

/** A picture of one column. */
export interface Chart {
  /** A name for its file. */
  readonly slug: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

/** One table of the document, with its pictures. */
export interface Section {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly charts: readonly Chart[];
  /** What failed, for the exit code. */
  readonly failures: readonly string[];
}

/** The runs of one program beside those of the first. */
interface Compared {
  readonly summaries: Readonly<Record<keyof Figures, Summary>>;
  ratio(figure: keyof Figures): number | undefined;
  readonly addedMs: number | undefined;
}

const seconds = (value: number): string => value.toFixed(3);
const times = (value: number | undefined): string => (value === undefined ? "–" : value.toFixed(2));

const columns = {
  wall: { title: "wall, s", of: ({ summaries }: Compared) => seconds(summaries.wallSeconds.median) },
  range: {
    title: "min–max",
    of: ({ summaries: { wallSeconds } }: Compared) =>
      `${seconds(wallSeconds.min)}–${seconds(wallSeconds.max)}`,
  },
  wallRatio: { title: "× first", of: ({ ratio }: Compared) => times(ratio("wallSeconds")) },
  added: {
    title: "more than first, ms",
    of: ({ addedMs }: Compared) => (addedMs === undefined ? "–" : addedMs.toFixed(0)),
  },
  cpu: { title: "CPU, s", of: ({ summaries }: Compared) => seconds(summaries.cpuSeconds.median) },
  cpuRange: {
    title: "min–max",
    of: ({ summaries: { cpuSeconds } }: Compared) => `${seconds(cpuSeconds.min)}–${seconds(cpuSeconds.max)}`,
  },
  cpuRatio: { title: "× first", of: ({ ratio }: Compared) => times(ratio("cpuSeconds")) },
  rss: { title: "RSS, MiB", of: ({ summaries }: Compared) => summaries.rssMiB.median.toFixed(0) },
  rssRange: {
    title: "min–max",
    of: ({ summaries: { rssMiB } }: Compared) => `${rssMiB.min.toFixed(0)}–${rssMiB.max.toFixed(0)}`,
  },
} as const;

const pictures: Readonly<Record<keyof Figures, { readonly title: string; readonly unit: string }>> = {
  wallSeconds: { title: "wall clock", unit: "s" },
  cpuSeconds: { title: "CPU time", unit: "s" },
  rssMiB: { title: "most memory", unit: "MiB" },
};

/** Which columns a table has, and which figures a picture shows. */
export interface Layout {
  readonly columns: readonly (keyof typeof columns)[];
  readonly charts: readonly (keyof Figures)[];
}

export const layouts = {
  transfer: {
    columns: ["wall", "range", "wallRatio", "cpu", "cpuRange", "cpuRatio", "rss"],
    charts: ["wallSeconds", "cpuSeconds"],
  },
  wait: { columns: ["wall", "range", "wallRatio", "cpu", "rss"], charts: ["wallSeconds"] },
  start: { columns: ["wall", "range", "added", "cpu", "rss"], charts: ["wallSeconds"] },
  memory: { columns: ["rss", "rssRange", "wall", "cpu"], charts: ["rssMiB"] },
} as const satisfies Record<string, Layout>;

/** The table of a contest: medians, extremes, and ratios to the first row within each round. */
export function contestSection(contest: Contest, standings: readonly Standing[], layout: Layout): Section {
  const [first] = standings;
  const shown = layout.columns.map((name) => columns[name]);
  return {
    title: contest.title,
    header: ["", ...shown.map(({ title }) => title)],
    rows: standings.map((standing) => {
      if (standing.absent !== undefined) {
        const [reason = ""] = standing.absent.split("\n");
        return [standing.name, reason, ...shown.slice(1).map(() => "")];
      }
      const compared = compare(standing, first);
      return [standing.name, ...shown.map(({ of }) => of(compared))];
    }),
    charts: layout.charts.map((figure) => ({
      slug: `${contest.slug}-${figure.replace(/[A-Z].*/, "")}`,
      title: `${contest.title}: ${pictures[figure].title}`,
      unit: pictures[figure].unit,
      bars: standings.flatMap(({ name, runs, absent }) =>
        absent === undefined ? [{ name, value: summarize(valuesOf(runs, figure)).median }] : [],
      ),
    })),
    failures: standings.flatMap(({ name, absent, failed }) =>
      failed ? [`${contest.slug}, ${name}, ${absent}`] : [],
    ),
  };
}

function compare({ runs }: Standing, first: Standing | undefined): Compared {
  const summaries = {
    wallSeconds: summarize(valuesOf(runs, "wallSeconds")),
    cpuSeconds: summarize(valuesOf(runs, "cpuSeconds")),
    rssMiB: summarize(valuesOf(runs, "rssMiB")),
  };
  const baseline = first?.absent === undefined ? first?.runs : undefined;
  return {
    summaries,
    ratio: (figure) => baseline && medianRatio(valuesOf(runs, figure), valuesOf(baseline, figure)),
    addedMs:
      baseline && 1000 * (summaries.wallSeconds.median - summarize(valuesOf(baseline, "wallSeconds")).median),
  };
}

const valuesOf = (runs: readonly Figures[], figure: keyof Figures): readonly number[] =>
  runs.map((run) => run[figure]);
