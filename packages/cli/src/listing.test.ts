import { expect, it } from "vitest";
import { printList } from "./listing.ts";
import type { Output } from "./output.ts";

const items = [
  { id: "a", name: "清单", at: new Date("2026-01-02T03:04:05Z"), count: 7 },
  { id: "long-id", name: "two\twords", at: undefined, count: 12_345 },
];
type Item = (typeof items)[number];

async function printed(isTable: boolean): Promise<string[]> {
  const lines: string[] = [];
  const output = { isTable, data: (text: string) => void lines.push(text) } as Partial<Output> as Output;
  await printList<Item>({ output, signal: new AbortController().signal }, items, {
    id: ({ id }) => id,
    name: ({ name }) => name,
    at: ({ at }) => at,
    count: ({ count }) => count,
  });
  return lines;
}

it("[CLI-3] a list is a table on a terminal, whatever the width of its characters", async () => {
  const [title, first, second] = await printed(true);
  expect(title).toMatch(/^id {7}name {7}at {26}count$/);
  expect(first).toMatch(/^a {8}清单 {7}2026-01-0\d \d\d:\d\d:05 [+-]\d\d:\d\d {2}7$/);
  expect(second).toMatch(/^long-id {2}two words {2}- {27}12345$/);
});

it("[CLI-3] elsewhere it has tabs between its columns, and no title", async () => {
  const [first, second, ...more] = await printed(false);
  expect(first?.split("\t")).toHaveLength(4);
  expect(second).toBe("long-id\ttwo words\t-\t12345");
  expect(more).toEqual([]);
});
