import { expect, it } from "vitest";
import { describeKills, hasPowerCuts, killDownloads, meanFetchedAgain } from "./kills.ts";
import { chosenSeed } from "./seeded-random.ts";

const mebibyte = 1024 ** 2;

it.each([
  { connections: 1, runs: 50, bytes: 16 * mebibyte, bytesPerSecond: 16 * mebibyte },
  { connections: 8, runs: 40, bytes: 32 * mebibyte, bytesPerSecond: 5 * mebibyte },
])(
  "[HTTP-50, HTTP-51, HTTP-123] a download over $connections connections that is killed anywhere is whole after the same call, and most of it is not fetched again",
  async (some) => {
    const plan = {
      ...some,
      parallel: 6,
      seed: chosenSeed(),
    };
    const runs = await killDownloads(plan);
    console.log(describeKills(plan, runs));
    expect(runs.filter(({ faults }) => faults.length > 0)).toEqual([]);
    expect(runs).toHaveLength(plan.runs);
    expect(runs.filter(({ where }) => where.startsWith("transfer")).length).toBeGreaterThan(plan.runs / 2);
    expect(hasPowerCuts(runs)).toBe(true);
    // A power cut may take all of so short a file: it is flushed every 32 MiB, or 2 seconds.
    expect(meanFetchedAgain(runs.filter(({ zeroed }) => !zeroed))).toBeLessThan(0.5);
  },
  120_000,
);
