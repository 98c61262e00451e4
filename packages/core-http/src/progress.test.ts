import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createProgress, type ProgressEvent } from "./progress.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function listen() {
  const events: ProgressEvent[] = [];
  return { events, progress: createProgress((event) => events.push(event)) };
}

it("tells a change of phase and the end at once, the rest ten times a second", () => {
  const { events, progress } = listen();
  progress.report({ phase: "downloading", bytes: 0, totalBytes: 100 });
  progress.report({ bytes: 10 });
  vi.advanceTimersByTime(99);
  progress.report({ phase: "downloading", bytes: 20 });
  expect(events.map(({ bytes }) => bytes)).toEqual([0]);
  vi.advanceTimersByTime(1);
  progress.report({ bytes: 30 });
  progress.report({ bytes: 40, phase: "waiting" });
  progress.report({ bytes: 100 });
  expect(events.map(({ bytes }) => bytes)).toEqual([0, 30, 40, 100]);
});

it("gives the rate of the last two seconds, and none before anything came", () => {
  const { events, progress } = listen();
  progress.report({ phase: "downloading", bytes: 0 });
  for (let second = 1; second <= 4; second++) {
    vi.advanceTimersByTime(1000);
    progress.report({ bytes: second < 3 ? 0 : (second - 2) * 1000 });
  }
  expect(events.map(({ bytesPerSecond }) => bytesPerSecond)).toEqual([0, 0, 0, 333, 667]);
});

it("gives no rate below nothing where a file begins anew", () => {
  const { events, progress } = listen();
  progress.report({ phase: "downloading", bytes: 5000 });
  vi.advanceTimersByTime(1000);
  progress.report({ bytes: 0 });
  expect(events.at(-1)?.bytesPerSecond).toBe(0);
});

it("tells what is counted while somebody counts, and then what is reported", () => {
  const { events, progress } = listen();
  progress.countBy(() => 7);
  progress.report({ phase: "downloading", bytes: 1 });
  progress.countBy(undefined);
  progress.report({ phase: "saving", bytes: 2 });
  expect(events.map(({ bytes }) => bytes)).toEqual([7, 2]);
});
