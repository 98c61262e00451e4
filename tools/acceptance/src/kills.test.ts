import { expect, it } from "vitest";
import { describeKills, hasPowerCuts, killDownloads, meanFetchedAgain } from "./kills.ts";
import { chosenSeed } from "./seeded-random.ts";

const mebibyte = 1024 ** 2;

it("[HTTP-50, HTTP-51] a download that is killed anywhere is whole after the same call, and most of it is not fetched again", async () => {
  const plan = {
    runs: 50,
    bytes: 16 * mebibyte,
    bytesPerSecond: 16 * mebibyte,
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
}, 120_000);
