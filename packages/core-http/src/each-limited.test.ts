import { expect, it } from "vitest";
import { eachLimited } from "./each-limited.ts";

/** Work that ends when it is told to. */
function createWork() {
  const ends = new Map<number, (error?: Error) => void>();
  const begun: number[] = [];
  return {
    begun,
    run: (item: number) =>
      new Promise<void>((resolve, reject) => {
        begun.push(item);
        ends.set(item, (error) => (error ? reject(error) : resolve()));
      }),
    end: (item: number, error?: Error) => ends.get(item)?.(error),
  };
}

it("has no more under way than it may, and waits for the last", async () => {
  const work = createWork();
  let isOver = false;
  const all = eachLimited([1, 2, 3, 4], 2, work.run).then(() => {
    isOver = true;
  });
  await expect.poll(() => work.begun).toEqual([1, 2]);
  work.end(2);
  await expect.poll(() => work.begun).toEqual([1, 2, 3]);
  await new Promise(setImmediate);
  expect(work.begun).toEqual([1, 2, 3]);
  work.end(3);
  await expect.poll(() => work.begun).toEqual([1, 2, 3, 4]);
  work.end(4);
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  work.end(1);
  await all;
});

it("begins nothing after a failure, and rejects with the first once the rest has ended", async () => {
  const work = createWork();
  const all = eachLimited([1, 2, 3], 2, work.run);
  const failed = expect(all).rejects.toThrow("first");
  await expect.poll(() => work.begun).toEqual([1, 2]);
  work.end(1, new Error("first"));
  await new Promise(setImmediate);
  work.end(2, new Error("second"));
  await failed;
  expect(work.begun).toEqual([1, 2]);
});

it("ends what runs before it rejects with what the items threw", async () => {
  const work = createWork();
  let isOver = false;
  const all = eachLimited(
    (async function* () {
      yield 1;
      throw new Error("no more items");
    })(),
    2,
    work.run,
  ).finally(() => {
    isOver = true;
  });
  const failed = expect(all).rejects.toThrow("no more items");
  await expect.poll(() => work.begun).toEqual([1]);
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  work.end(1);
  await failed;
});
