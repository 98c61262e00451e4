import { expect, it } from "vitest";
import { createReadMemory, type ReadMemory } from "./read-memory.ts";

const largest = 512 * 1024;

/** Reads `bytes` as a socket does: into the region, as far as it goes. */
function fill(memory: ReadMemory, bytes: number): Uint8Array {
  const region = memory.region().subarray(0, bytes);
  memory.took(region.length);
  return region;
}

/** Memory that has grown to its full size. */
function grown(): ReadMemory {
  const memory = createReadMemory();
  for (let round = 0; round < 9 && memory.region().length < largest; round++) fill(memory, largest);
  return memory;
}

/** Reads so much that whatever may be used again is used again. */
function useUp(memory: ReadMemory, pieces = 6): ArrayBufferLike[] {
  return Array.from({ length: pieces }, () => fill(memory, largest).buffer);
}

it.each([
  ["at the head of a piece", 1000, () => {}],
  ["over a whole piece, unread", largest, () => {}],
  ["over a whole piece, with its reader", largest, (memory: ReadMemory) => memory.lend()],
])("[HTTP-111] what an answer left %s is not written to by the answers after it", (_, bytes, hand) => {
  const memory = grown();
  const kept = fill(memory, bytes);
  hand(memory);
  memory.letGo();
  if (bytes < largest) expect(fill(memory, largest).byteOffset).toBe(bytes);
  memory.lend();
  memory.giveBack();
  expect(useUp(memory).includes(kept.buffer)).toBe(false);
});

it("[HTTP-111] what its reader has let go of is used again, once, and nothing else is", () => {
  const memory = grown();
  const first = fill(memory, largest);
  memory.lend();
  const second = fill(memory, largest);
  memory.giveBack();
  memory.giveBack();
  const used = useUp(memory);
  expect([used.includes(first.buffer), used.includes(second.buffer)]).toEqual([true, false]);
  expect(new Set(used).size).toBe(used.length);
  memory.lend();
  memory.giveBack();
  memory.lend();
  memory.giveBack();
  expect(new Set(useUp(memory, 10)).size).toBe(10);
});

it("a connection that rests keeps no memory but the piece at hand", () => {
  const memory = grown();
  const first = fill(memory, largest);
  memory.lend();
  memory.giveBack();
  memory.letGo();
  expect(useUp(memory).includes(first.buffer)).toBe(false);
});

it("memory that grows is never larger than its largest piece, and never too small for a TLS record", () => {
  const memory = createReadMemory();
  for (let round = 0; round < 100; round++) {
    const { length } = memory.region();
    expect(length >= 16 * 1024 && length <= largest).toBe(true);
    fill(memory, 7000);
  }
});
