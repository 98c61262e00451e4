import { parseArgs } from "node:util";
import { describeKills, hasPowerCuts, killDownloads, meanFetchedAgain } from "./kills.ts";
import { chosenSeed } from "./seeded-random.ts";

const { values } = parseArgs({ options: { connections: { type: "string", default: "1" } } });

// The kills of `npm test`, ten times as many and of a file four times as long: minutes, so not part of it.
const mebibyte = 1024 ** 2;
const plan = {
  runs: 500,
  bytes: 64 * mebibyte,
  connections: Number(values.connections),
  bytesPerSecond: (16 * mebibyte) / Math.min(4, Number(values.connections)),
  parallel: 8,
  seed: chosenSeed(),
};
const runs = await killDownloads(plan);
console.log(describeKills(plan, runs));
const areRight = runs.every(({ faults }) => faults.length === 0);
const isRight = areRight && hasPowerCuts(runs) && meanFetchedAgain(runs) < 0.6;
if (!isRight) process.exitCode = 1;
