import type { Span } from "./file-ranges.ts";

/** A part of a file that somebody fetches. */
export interface Part {
  /** The next byte to come. */
  next: number;
  /** May come nearer while it is fetched: somebody else has taken what follows. */
  end: number;
  readonly start: number;
  /** Since when its bytes come, in milliseconds; until the answer is there, since when it was asked for. */
  since: number;
}

/** Hands out what is missing of a file, part by part, in order. */
export interface PartQueue {
  /** The next part or, where none is left, the second half of a slow one; `undefined` where it is not worth it. */
  take(): Part | undefined;
  /** Lets a part that is nearly fetched go on into the next one, if nobody has that yet. */
  extend(part: Part, reachedByte: number): void;
  /** Takes back what is missing of a part, for others to fetch, or nothing of a whole one. */
  giveBack(part: Part): void;
  /** Whether everything was fetched. */
  isOver(): boolean;
}

/** Less than this is not shared. */
const leastShared = 1024 * 1024;
/** What ends so soon is not worth a request of its own, in milliseconds. */
const soonMs = 250;

/**
 * A queue of what is missing.
 *
 * @param reach - up to which byte parts may begin: who runs far ahead leaves much to be read back, and to be noted
 */
export function createPartQueue(missing: readonly Span[], partBytes: number, reach: () => number): PartQueue {
  const waiting = [...missing];
  const running = new Set<Part>();

  function begin(start: number, end: number): Part {
    const part = { start, next: start, end, since: performance.now() };
    running.add(part);
    return part;
  }

  /** The next piece of the first gap, up to one part long. */
  function cutFirst(): Span | undefined {
    const first = waiting.shift();
    if (!first || first.end - first.start <= partBytes) return first;
    const end = first.start + partBytes;
    waiting.unshift({ start: end, end: first.end });
    return { start: first.start, end };
  }

  function takeHalf(): Part | undefined {
    const left = ({ next, end }: Part): number => end - next;
    const [slow] = [...running].sort((one, other) => left(other) - left(one));
    if (!slow || left(slow) < leastShared) return undefined;
    const bytesPerMs = (slow.next - slow.start) / (performance.now() - slow.since);
    if (left(slow) / bytesPerMs < soonMs) return undefined;
    const { end } = slow;
    slow.end = slow.next + Math.ceil(left(slow) / 2);
    return begin(slow.end, end);
  }

  return {
    take() {
      if ((waiting[0]?.start ?? Number.POSITIVE_INFINITY) >= reach()) return takeHalf();
      const span = cutFirst();
      return span && begin(span.start, span.end);
    },
    extend(part, reachedByte) {
      while (reachedByte >= part.end && waiting[0]?.start === part.end)
        part.end = cutFirst()?.end ?? part.end;
    },
    giveBack(part) {
      running.delete(part);
      if (part.next >= part.end) return;
      waiting.push({ start: part.next, end: part.end });
      waiting.sort((one, other) => one.start - other.start);
    },
    isOver: () => waiting.length === 0 && running.size === 0,
  };
}
