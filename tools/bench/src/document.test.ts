import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type CaseResult, markdownTable, type Results, writeDocument } from "./document.ts";

const caseResult = (title: string, wall: string): CaseResult => ({
  title,
  what: "One file.",
  rounds: 5,
  date: "2026-11-21",
  load: 0.25,
  sections: [
    {
      title: "HTTP",
      header: ["", "wall, s"],
      rows: [["curl", wall]],
      charts: [
        { slug: `${title}-wall`, title: "HTTP: wall clock", unit: "s", bars: [{ name: "curl", value: 1 }] },
      ],
      failures: [],
    },
  ],
});
const results = (cases: Record<string, CaseResult>): Results => ({
  machine: "2 × a core",
  places: { memory: "tmpfs", disk: "ext4" },
  versions: { curl: "7.88.1" },
  cases,
});

it("writes a table with names to the left and numbers to the right", () => {
  expect(markdownTable(["", "wall, s"], [["a|b", "1.000"]])).toBe(
    "|  | wall, s |\n| --- | --: |\n| a\\|b | 1.000 |",
  );
});

it("keeps the cases that were not run again, in the order of the cases", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-document-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const order = ["stream", "delay"];
  await writeDocument(folder, results({ delay: caseResult("delay", "9.000") }), order);
  await writeDocument(folder, results({ stream: caseResult("stream", "1.000") }), order);
  await writeDocument(folder, results({ stream: caseResult("stream", "2.000") }), order);

  const document = await readFile(join(folder, "benchmarks.md"), "utf8");
  const headings = document.split("\n").filter((line) => line.startsWith("#"));
  expect(headings).toEqual(["# Benchmarks", "## stream", "### stream: HTTP", "## delay", "### delay: HTTP"]);
  expect(document).toContain("| curl | 2.000 |");
  expect(document).not.toContain("| curl | 1.000 |");
  expect(document).toContain("Files are served from tmpfs");
  const pictures = await readdir(join(folder, "benchmarks"));
  expect(pictures.sort()).toEqual(["delay-wall.svg", "results.ndjson", "stream-wall.svg"]);
  const linked = [...document.matchAll(/\]\(benchmarks\/(.+?)\)/g)].map(([, name]) => name);
  expect(linked).toEqual(["stream-wall.svg", "delay-wall.svg"]);
});
