import { describe, expect, it } from "vitest";
import { median, medianRatio, summarize } from "./statistics.ts";

describe("median", () => {
  it("takes the middle of an odd number, whatever the order and the number of digits", () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it("takes the mean of the two in the middle of an even number", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("leaves the values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("summarize", () => {
  it("tells median and extremes", () => {
    expect(summarize([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 });
  });

  it("refuses to make something of nothing", () => {
    expect(() => summarize([])).toThrow("nothing to summarize");
  });
});

describe("medianRatio", () => {
  it("compares within each round, so that a slow round does not count", () => {
    // The medians alone, 20 and 10, would say 2; in its third round the machine was ten times as slow for both.
    expect(medianRatio([20, 20, 300], [10, 8, 100])).toBe(2.5);
  });

  it("refuses rounds that are not shared", () => {
    expect(() => medianRatio([1, 2], [1])).toThrow("both were run");
  });
});
