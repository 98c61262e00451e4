import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { check } from "./check.ts";

let printed = "";

beforeEach(() => {
  printed = "";
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    printed += `${line}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

it("runs the steps in turn and says what became of each", async () => {
  const passed = await check([
    { name: "first", command: "echo one", quiet: true },
    { name: "second", command: "true" },
  ]);
  expect(passed).toBe(true);
  expect(printed).toMatch(/── summary\nfirst +passed +[\d.]+ s\nsecond +passed/);
  expect(printed).not.toContain("\none\n");
});

it("stops at the first that fails, with all that it printed", async () => {
  const passed = await check([
    { name: "first", command: "echo one && echo two >&2 && exit 3", quiet: true },
    { name: "second", command: "echo never" },
  ]);
  expect(passed).toBe(false);
  expect(printed).toContain("one\ntwo");
  expect(printed).toMatch(/first +FAILED +[\d.]+ s\nsecond +not run\n$/);
});
