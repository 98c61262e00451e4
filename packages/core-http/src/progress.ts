import type { TaskStatus } from "./wait-for-task.ts";

/** One report on a running download. */
export interface ProgressEvent {
  /**
   * What is going on: `exporting` (the service makes the file), `connecting`, `downloading`, `waiting` (before the next
   * try), `saving` (checks, then the rename).
   */
  readonly phase: "exporting" | "connecting" | "downloading" | "waiting" | "saving";
  /** Bytes so far. */
  readonly bytes: number;
  /** The whole length in bytes, where the server announced it. */
  readonly totalBytes: number | undefined;
  /** Over the last seconds. */
  readonly bytesPerSecond: number;
  /** Counts from 1. */
  readonly attempt: number;
  /** Where it comes from, for people. No secret is in it. */
  readonly source: string;
  /** Within a set: the file's path in the set's folder. */
  readonly name?: string | undefined;
  /** While exporting: what the service says of its task. */
  readonly task?: TaskStatus | undefined;
}

/** Collects what is known and passes it on at a bearable rate. */
export interface Progress {
  report(change: Partial<Omit<ProgressEvent, "bytesPerSecond">>): void;
  /** From now on the bytes are what this counts, and not what is reported; with `undefined`, what is reported again. */
  countBy(count: (() => number) | undefined): void;
}

/** Ten reports a second are as many as anybody can see; a change of phase is told at once. */
const intervalMs = 100;

/** The rate is that of about the last two seconds. */
const rateWindowMs = 2000;

/** A {@link Progress} for one listener; without one, nothing is measured. */
export function createProgress(listener: ((event: ProgressEvent) => void) | undefined): Progress {
  // Nobody would see what the samples of a long download cost.
  if (!listener) return { report: () => {}, countBy: () => {} };
  let event: ProgressEvent = {
    phase: "connecting",
    bytes: 0,
    totalBytes: undefined,
    bytesPerSecond: 0,
    attempt: 1,
    source: "",
  };
  let toldAt = Number.NEGATIVE_INFINITY;
  let counted: (() => number) | undefined;
  const samples: { readonly at: number; readonly bytes: number }[] = [];
  return {
    countBy(count) {
      counted = count;
    },
    report(change) {
      const now = performance.now();
      const isNews = change.phase !== undefined && change.phase !== event.phase;
      event = { ...event, ...change, ...(counted && { bytes: counted() }) };
      const isLast = event.bytes === event.totalBytes;
      if (!isNews && !isLast && now - toldAt < intervalMs) return;
      samples.push({ at: now, bytes: event.bytes });
      while (now - (samples[1]?.at ?? now) > rateWindowMs) samples.shift();
      event = { ...event, bytesPerSecond: rateOf(samples) };
      toldAt = now;
      listener(event);
    },
  };
}

function rateOf(samples: readonly { readonly at: number; readonly bytes: number }[]): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at === first.at) return 0;
  return Math.max(0, Math.round(((last.bytes - first.bytes) * 1000) / (last.at - first.at)));
}
