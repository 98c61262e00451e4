/** What many runs of the same thing come to. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** @throws Error when there is no value */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error("There is nothing to summarize.");
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * How many times the baseline: the median of the rounds' own ratios, so that a moment in which the machine was busy
 * counts for both.
 *
 * @throws Error when the two were not run equally often
 */
export function medianRatio(values: readonly number[], baseline: readonly number[]): number {
  if (values.length !== baseline.length) throw new Error("A ratio needs rounds in which both were run.");
  return median(values.map((value, round) => value / (baseline[round] ?? Number.NaN)));
}
