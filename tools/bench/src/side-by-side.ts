import { median } from "./statistics.ts";

/** What is compared: the same work, done by each side. */
export interface Contest {
  readonly name: string;
  ours(): unknown;
  theirs(): unknown;
}

/** Operations per second, medians over the rounds. */
export interface Score {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number;
  /** How many times as fast ours is: the median of the rounds' own ratios. */
  readonly ratio: number;
}

/** Rounds that are not counted: the engine compiles what it sees often. */
const warmUp = 4;

/**
 * Times both sides in short turns, one after the other, so that a machine which is busy for a moment is so for both.
 *
 * @param operations - how often each side does its work in one round
 */
export function sideBySide(contest: Contest, rounds: number, operations: number): Score {
  for (const side of [contest.ours, contest.theirs]) rate(side, warmUp * operations);
  const turns = Array.from({ length: rounds }, (_, round) => {
    // Whoever goes second may find warmer caches, or a fuller heap.
    if (round % 2 === 0)
      return { ours: rate(contest.ours, operations), theirs: rate(contest.theirs, operations) };
    const theirs = rate(contest.theirs, operations);
    return { theirs, ours: rate(contest.ours, operations) };
  });
  return {
    name: contest.name,
    ours: median(turns.map(({ ours }) => ours)),
    theirs: median(turns.map(({ theirs }) => theirs)),
    ratio: median(turns.map(({ ours, theirs }) => ours / theirs)),
  };
}

function rate(work: () => unknown, operations: number): number {
  const started = performance.now();
  for (let done = 0; done < operations; done++) work();
  return (operations / (performance.now() - started)) * 1000;
}
