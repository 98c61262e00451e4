/** What a check found. No problems: it passed. */
export interface Verdict {
  /** One line a problem, or one block that starts with such a line. */
  readonly problems: readonly string[];
  /** What was looked at, for the line printed on success: "41 files within 300 lines". */
  readonly summary: string;
  /** Lines printed whether it passed or not. */
  readonly details?: readonly string[];
}

/** Prints the verdict and sets the exit code of the program. */
export async function report(check: string, verdict: Verdict | Promise<Verdict>): Promise<void> {
  const { problems, summary, details = [] } = await verdict;
  for (const detail of details) console.log(detail);
  for (const problem of problems) console.error(`${check}: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  console.log(
    problems.length > 0 ? `${check}: ${problems.length} problem(s) (${summary})` : `${check}: ${summary}`,
  );
}
