import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { seededRandom } from "./__fixtures__/seeded-random.ts";
import { createPartQueue, type Part } from "./part-queue.ts";

const mebibyte = 1024 * 1024;
const far = (): number => Number.POSITIVE_INFINITY;
const span = ({ start, end }: Part): [number, number] => [start, end];

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Takes a part, and lets it bring so much in so long. */
function takeAndBring(queue: ReturnType<typeof createPartQueue>, bytes: number, ms: number): Part {
  const part = queue.take();
  if (!part) throw new Error("there is none");
  vi.advanceTimersByTime(ms);
  part.next += bytes;
  return part;
}

describe("what is missing", () => {
  it("is handed out in order, in parts that end where a gap ends", () => {
    const queue = createPartQueue(
      [
        { start: 5, end: 18 },
        { start: 30, end: 40 },
      ],
      10,
      far,
    );
    expect([1, 2, 3].map(() => span(queue.take() as Part))).toEqual([
      [5, 15],
      [15, 18],
      [30, 40],
    ]);
    expect(queue.take()).toBeUndefined();
  });

  it("is over when all of it was brought, and not while somebody has a part of it", () => {
    const queue = createPartQueue([{ start: 0, end: 20 }], 10, far);
    const [one, two] = [queue.take() as Part, queue.take() as Part];
    one.next = one.end;
    queue.giveBack(one);
    expect(queue.isOver()).toBe(false);
    queue.giveBack(two);
    expect(queue.isOver()).toBe(false);
    const again = queue.take() as Part;
    expect(span(again)).toEqual([10, 20]);
    again.next = again.end;
    queue.giveBack(again);
    expect(queue.isOver()).toBe(true);
  });

  it("is not begun beyond the reach", () => {
    let reach = 10;
    const queue = createPartQueue([{ start: 0, end: 30 }], 10, () => reach);
    expect(span(queue.take() as Part)).toEqual([0, 10]);
    expect(queue.take()).toBeUndefined();
    reach = 11;
    expect(span(queue.take() as Part)).toEqual([10, 20]);
  });

  it("is handed out from its beginning again, once that was given back", () => {
    const queue = createPartQueue([{ start: 0, end: 30 }], 10, far);
    const first = queue.take() as Part;
    queue.take();
    first.next = 4;
    queue.giveBack(first);
    expect(span(queue.take() as Part)).toEqual([4, 10]);
  });
});

describe("a part that is nearly brought", () => {
  it("goes on into what follows, and not into what somebody else has", () => {
    const queue = createPartQueue([{ start: 0, end: 50 }], 10, far);
    const own = queue.take() as Part;
    queue.extend(own, 9);
    expect(own.end).toBe(10);
    queue.extend(own, 25);
    expect(own.end).toBe(30);
    queue.take();
    queue.extend(own, 40);
    expect(own.end).toBe(30);
  });

  it("does not go over a gap", () => {
    const queue = createPartQueue(
      [
        { start: 0, end: 10 },
        { start: 20, end: 30 },
      ],
      10,
      far,
    );
    const own = queue.take() as Part;
    queue.extend(own, 10);
    expect(own.end).toBe(10);
  });
});

describe("where nothing is left, half of a slow part", () => {
  it("is that of the one that has most to bring", () => {
    const queue = createPartQueue([{ start: 0, end: 16 * mebibyte }], 8 * mebibyte, far);
    const one = takeAndBring(queue, mebibyte, 500);
    const two = takeAndBring(queue, 4 * mebibyte, 500);
    expect(span(queue.take() as Part)).toEqual([4.5 * mebibyte, 8 * mebibyte]);
    expect([one.end, two.end]).toEqual([4.5 * mebibyte, 16 * mebibyte]);
  });

  it("is not taken of what will be there soon, nor of too little", () => {
    const queue = createPartQueue([{ start: 0, end: 8 * mebibyte }], 8 * mebibyte, far);
    const one = takeAndBring(queue, 6 * mebibyte, 700); // the rest within 233 ms
    expect(queue.take()).toBeUndefined();
    vi.advanceTimersByTime(100);
    expect(span(queue.take() as Part)).toEqual([7 * mebibyte, 8 * mebibyte]);
    vi.advanceTimersByTime(60_000);
    one.next += 1;
    expect(span(queue.take() as Part)).toEqual([7.5 * mebibyte, 8 * mebibyte]); // of which nothing has come
    expect(queue.take()).toBeUndefined();
  });
});

const seed = Math.floor(Math.random() * 2 ** 31);
it(`whoever takes, brings and fails: no byte is left out (seed ${seed})`, () => {
  const random = seededRandom(seed);
  const below = (bound: number): number => Math.floor(random() * bound);
  for (let run = 0; run < 200; run++) {
    const total = 1 + below(64 * mebibyte);
    const cuts = [
      0,
      ...Array.from({ length: 2 * below(5) }, () => below(total)).sort((a, b) => a - b),
      total,
    ];
    const missing = cuts.flatMap((start, index) =>
      index % 2 === 0 && start < (cuts[index + 1] ?? 0) ? [{ start, end: cuts[index + 1] ?? 0 }] : [],
    );
    const queue = createPartQueue(missing, 1 + below(8 * mebibyte), far);
    const came: [number, number][] = [];
    const running: Part[] = [];
    for (let step = 0; !queue.isOver(); step++) {
      vi.advanceTimersByTime(below(300));
      const part = running.length < 6 && random() < 0.7 ? queue.take() : undefined;
      if (part) running.push(part);
      const some = running[below(running.length)];
      if (!some) continue;
      const bytes = Math.min(below(6 * mebibyte), some.end - some.next);
      came.push([some.next, some.next + bytes]);
      some.next += bytes;
      if (random() < 0.2) queue.extend(some, some.next);
      // While failures are frequent some fail; at the end nobody does.
      if (some.next >= some.end || (step < 300 && random() < 0.2)) {
        running.splice(running.indexOf(some), 1);
        queue.giveBack(some);
      }
    }
    let at = 0;
    const covered = came.sort(([one], [other]) => one - other);
    for (const { start, end } of missing) {
      at = start;
      for (const [from, to] of covered) if (from <= at && to > at) at = to;
      expect(at, `run ${run}`).toBeGreaterThanOrEqual(end);
    }
    for (const [from, to] of covered)
      expect(missing.some(({ start, end }) => start <= from && to <= end)).toBe(true);
  }
});
