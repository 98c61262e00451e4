import { expect, it } from "vitest";
import { parseOptions } from "./options.ts";

const parse = (...args: string[]) => parseOptions(args, ["stream", "delay"], "docs");

it("reads the command line", () => {
  expect(parse()).toEqual({ quick: false, cases: [], rounds: undefined, out: "docs", help: false });
  expect(parse("--quick", "--case", "delay", "--case", "stream", "--rounds", "3")).toMatchObject({
    quick: true,
    cases: ["delay", "stream"],
    rounds: 3,
  });
});

it("refuses what it does not know", () => {
  expect(() => parse("--case", "streams")).toThrow("There is no case streams. Known are: stream, delay.");
  expect(() => parse("--rounds", "0")).toThrow("above 0");
  expect(() => parse("--rounds", "many")).toThrow("above 0");
  expect(() => parse("--fast")).toThrow("--fast");
});
