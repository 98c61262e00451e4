import { EventEmitter } from "node:events";
import type { ProgressEvent } from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import { createProgressBar } from "./progress-bar.ts";
import { createProgressLines } from "./progress-lines.ts";

const event: ProgressEvent = {
  phase: "downloading",
  bytes: 512 * 1024,
  totalBytes: 2 * 1024 ** 2,
  bytesPerSecond: 256 * 1024,
  attempt: 1,
  source: "hss://host/p/f",
};

/** As much of a terminal as can be told from what was written to it: its lines, and where the cursor is. */
class Screen extends EventEmitter {
  columns = 120;
  rows = 24;
  lines: string[] = [""];
  written = "";

  write(text: string): void {
    this.written += text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor is what is looked for
    for (const [, up, erase, plain] of text.matchAll(/\u001b\[(\d+)A|(\u001b\[J)|([^\u001b]+)/g)) {
      if (up) this.lines.length -= Number(up);
      else if (erase) this.lines[this.lines.length - 1] = "";
      else if (plain) this.print(plain.replace("\r", ""));
    }
  }

  /** Long lines go on in the next one, as they do on a screen. */
  print(text: string): void {
    const [first = "", ...more] = text.split("\n");
    const pieces = [(this.lines.pop() ?? "") + first, ...more].flatMap((line) =>
      line.length > this.columns ? (line.match(new RegExp(`.{1,${this.columns}}`, "g")) ?? []) : [line],
    );
    this.lines.push(...pieces);
  }

  resize(columns: number): void {
    this.columns = columns;
    const text = this.lines.join("\n");
    this.lines = [""];
    this.print(text);
    this.emit("resize");
  }
}

describe("on a terminal", () => {
  it("[CLI-11] each file has a line with bar, rate, time left and try", () => {
    const screen = new Screen();
    const display = createProgressBar(screen);
    const [one, two] = [display.add("one.zip"), display.add("two.zip")];
    one.show(event);
    two.show({ ...event, phase: "waiting", attempt: 3 });
    expect(screen.lines).toEqual([
      expect.stringMatching(
        /^one\.zip {22}\[#{5}-{15}\] {2}25% 512\.0 KiB of 2\.0 MiB, 256\.0 KiB\/s, 6\.0 s left$/,
      ),
      expect.stringMatching(/^two\.zip .* 512\.0 KiB of 2\.0 MiB, waiting to try again, try 3$/),
      "",
    ]);
    one.end();
    expect(screen.lines).toEqual([expect.stringMatching(/^two\.zip/), ""]);
    display.write("one.zip: saved\n");
    display.close();
    expect(screen.lines).toEqual(["one.zip: saved", ""]);
  });

  it("[CLI-11] without a length there is no bar, only what came", () => {
    const screen = new Screen();
    createProgressBar(screen)
      .add("x")
      .show({ ...event, totalBytes: undefined });
    expect(screen.lines[0]).toMatch(/^x {28}512\.0 KiB, 256\.0 KiB\/s$/);
  });

  it("[CLI-11] what the service is doing stands there, too", () => {
    const screen = new Screen();
    const task = { taskId: "t", status: "running", progressPercent: 40, elapsedMs: 75_000 };
    const exporting = { ...event, phase: "exporting", bytes: 0, totalBytes: undefined } as const;
    const row = createProgressBar(screen).add("x");
    row.show({ ...exporting, task });
    expect(screen.lines[0]).toMatch(/^x {28}waiting for the service: running, 40%, for 1 min 15 s$/);
  });

  it("[CLI-11] a narrower window leaves no rest of what was drawn", () => {
    const screen = new Screen();
    const display = createProgressBar(screen);
    display.write("before\n");
    for (const name of ["one", "two"]) display.add(name).show(event);
    screen.resize(30);
    expect(screen.lines.map((line) => line.slice(0, 6))).toEqual(["before", "one   ", "two   ", ""]);
    expect(Math.max(...screen.lines.map((line) => line.length))).toBeLessThan(30);
    screen.resize(80);
    expect(screen.lines[1]).toMatch(/s left$/);
    display.close();
    expect(screen.lines).toEqual(["before", ""]);
    expect(screen.listenerCount("resize")).toBe(0);
  });

  it("[CLI-11] more files than the window has lines are counted", () => {
    const screen = new Screen();
    screen.rows = 6;
    const display = createProgressBar(screen);
    for (let number = 1; number <= 9; number++)
      display.add(`file ${number}`).show({ ...event, phase: number % 2 ? "waiting" : "downloading" });
    expect(screen.lines.map((line) => line.trim().slice(0, 10))).toEqual(
      ["file 1", "file 2", "file 3", "and 6 more", ""].map((line) => expect.stringContaining(line)),
    );
  });

  it("[CLI-10] a file's name cannot command the terminal", () => {
    const screen = new Screen();
    createProgressBar(screen).add("a\u001b[2Jb").show(event);
    expect(screen.written).toContain("a?[2Jb");
  });
});

describe("elsewhere", () => {
  it("[CLI-12] there is a plain line every ten seconds, and none for what is faster", () => {
    let text = "";
    let ms = Date.UTC(2026, 0, 1);
    const display = createProgressLines({ write: (line: string) => (text += line) }, () => new Date(ms));
    const row = display.add("one.zip");
    for (let second = 0; second < 35; second++, ms += 1000) row.show(event);
    row.end();
    const lines = text.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(
      /^2026-01-01 \d\d:\d\d:10 [+-]\d\d:\d\d {2}one\.zip: 25%, 512\.0 KiB of 2\.0 MiB, 256\.0 KiB\/s, 6\.0 s left$/,
    );
  });
});
