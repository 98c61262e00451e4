import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatTime,
  parseBytes,
  parseDuration,
  parseMoment,
} from "./amounts.ts";
import { columnsOf, harmless, shorten } from "./shown-text.ts";

describe("amounts", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [1024 ** 2 - 1, "1.0 MiB"],
    [5 * 1024 ** 3, "5.0 GiB"],
    [3000 * 1024 ** 4, "3000.0 TiB"],
  ])("[CLI-9] %d bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [250, "0.3 s"],
    [9_940, "9.9 s"],
    [9_960, "10 s"],
    [75_000, "1 min 15 s"],
    [3_720_000, "1 h 2 min"],
  ])("[CLI-9] %d ms are %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    ["Asia/Kolkata", "2026-07-01 05:30:00 +05:30"],
    ["America/New_York", "2026-06-30 20:00:00 -04:00"],
    ["UTC", "2026-07-01 00:00:00 +00:00"],
  ])("[CLI-9] times are local and name their zone: %s", (zone, text) => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    try {
      expect(formatTime(new Date("2026-07-01T00:00:00Z"))).toBe(text);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  it.each([
    ["500", 500],
    ["500K", 512_000],
    ["5M", 5 * 1024 ** 2],
    ["5MiB", 5 * 1024 ** 2],
    ["1.5g", 1.5 * 1024 ** 3],
  ])("[CLI-6] the rate %s is %d bytes", (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each([
    ["30", 30_000],
    ["250ms", 250],
    ["1.5m", 90_000],
    ["2h", 7_200_000],
  ])("[CLI-6] the time %s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "-5", "5X", "0", "M", "1e3", "9999999T"])("[CLI-6] %j is no rate", (text) => {
    expect(() => parseBytes(text)).toThrow(SyntaxError);
  });

  it.each(["", "0", "5 s", "25d", "x", "-1s"])("[CLI-6] %j is no time", (text) => {
    expect(() => parseDuration(text)).toThrow(SyntaxError);
  });
});

describe("moments", () => {
  const now = new Date(2026, 10, 21, 15, 54);

  it.each([
    ["2026-11-01", new Date(2026, 10, 1)],
    ["2026-11-01T06:00Z", new Date(Date.UTC(2026, 10, 1, 6))],
    ["7d", new Date(now.getTime() - 7 * 86_400_000)],
    ["90m", new Date(2026, 10, 21, 14, 24)],
  ])("[CLI-6] %s", (text, moment) => {
    expect(parseMoment(text, now)).toEqual(moment);
  });

  it.each(["", "yesterday", "2026-02-30", "2026-13-01", "1", "2026-11-01T99:00Z", "7 d"])(
    "[CLI-6] %j is none",
    (text) => {
      expect(() => parseMoment(text, now)).toThrow(SyntaxError);
    },
  );
});

describe("text on a terminal", () => {
  it("[CLI-10] cannot command it", () => {
    expect(harmless("a\u001b[2Jb\rc\u0007\u009bd\u202ee\n")).toBe("a?[2Jb?c??d?e\n");
  });

  it("[CLI-10] counts wide characters twice and combined ones once", () => {
    expect(["abc", "清单", "e\u0301", "👩‍👩‍👧"].map(columnsOf)).toEqual([3, 4, 1, 2]);
  });

  it("[CLI-10] is cut between characters, with a mark", () => {
    expect(shorten("清单导出", 8)).toBe("清单导出");
    expect(shorten("清单导出", 6)).toBe("清单…");
    expect(shorten("abc", 0)).toBe("");
  });
});
