import { expect, it } from "vitest";
import type { Contest, Standing } from "./contest.ts";
import { contestSection, layouts } from "./section.ts";

const contest: Contest = {
  slug: "stream-http",
  title: "HTTP",
  place: "memory",
  contestants: [],
  expected: new Map(),
};
const run = (wallSeconds: number, cpuSeconds = wallSeconds, rssMiB = 10) => ({
  wallSeconds,
  cpuSeconds,
  rssMiB,
});
const standing = (name: string, ...walls: number[]): Standing => ({
  name,
  runs: walls.map((wall) => run(wall)),
  failed: false,
});

it("tells medians, extremes and ratios within the rounds", () => {
  const section = contestSection(
    contest,
    [standing("curl", 1, 2, 4), standing("cloudhaul", 2, 3, 4)],
    layouts.wait,
  );
  expect(section.header).toEqual(["", "wall, s", "min–max", "× first", "CPU, s", "RSS, MiB"]);
  expect(section.rows).toEqual([
    ["curl", "2.000", "1.000–4.000", "1.00", "2.000", "10"],
    ["cloudhaul", "3.000", "2.000–4.000", "1.50", "3.000", "10"],
  ]);
  expect(section.charts).toEqual([
    {
      slug: "stream-http-wall",
      title: "HTTP: wall clock",
      unit: "s",
      bars: [
        { name: "curl", value: 2 },
        { name: "cloudhaul", value: 3 },
      ],
    },
  ]);
  expect(section.failures).toEqual([]);
});

it("gives no figures to what is not built, and does not call that a failure", () => {
  const absent: Standing = {
    name: "cloudhaul, 8 connections",
    runs: [],
    absent: "not built",
    failed: false,
  };
  const section = contestSection(contest, [standing("aria2c -x8", 1), absent], layouts.wait);
  expect(section.rows[1]).toEqual(["cloudhaul, 8 connections", "not built", "", "", "", ""]);
  expect(section.charts[0]?.bars.map(({ name }) => name)).toEqual(["aria2c -x8"]);
  expect(section.failures).toEqual([]);
});

it("has no ratio where the first failed, and reports the failure", () => {
  const failed: Standing = {
    name: "curl",
    runs: [],
    absent: "failed: file.bin has other bytes than were served\nat x",
    failed: true,
  };
  const section = contestSection(contest, [failed, standing("cloudhaul", 1)], layouts.wait);
  expect(section.rows[0]?.[1]).toBe("failed: file.bin has other bytes than were served");
  expect(section.rows[1]?.[3]).toBe("–");
  expect(section.failures).toHaveLength(1);
});

it("tells what an import adds in milliseconds", () => {
  const section = contestSection(
    contest,
    [standing("nothing", 0.04, 0.05, 0.06), standing("@cloudhaul/core-http", 0.07, 0.09, 0.08)],
    layouts.start,
  );
  expect(section.rows.map((row) => row[3])).toEqual(["0", "30"]);
});
