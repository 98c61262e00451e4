import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface BenchOptions {
  /** Small sizes and one round: shows that every case runs, and writes nothing. */
  readonly quick: boolean;
  /** The only cases to run. Default: all. */
  readonly cases: readonly string[];
  /** In place of each case's own number of rounds. */
  readonly rounds: number | undefined;
  /** The folder that gets `benchmarks.md` and its charts. */
  readonly out: string;
  readonly help: boolean;
}

export const usage = `npm run bench -- [options]

  --quick        small sizes, one round, in less than a minute; writes nothing, fails if a case cannot run
  --case NAME    this case only; may be given more than once
  --rounds N     N rounds in place of each case's own number
  --out FOLDER   where benchmarks.md goes; default docs
  --help         this text
`;

/**
 * Reads the command line.
 *
 * @throws Error when an option is unknown or wrong
 */
export function parseOptions(
  args: readonly string[],
  caseNames: readonly string[],
  out: string,
): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      case: { type: "string", multiple: true, default: [] },
      rounds: { type: "string" },
      out: { type: "string", default: out },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = values.case.filter((name) => !caseNames.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no case ${unknown.join(", ")}. Known are: ${caseNames.join(", ")}.`);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0))
    throw new Error("--rounds must be a whole number above 0.");
  return { quick: values.quick, cases: values.case, rounds, out: values.out, help: values.help };
}
