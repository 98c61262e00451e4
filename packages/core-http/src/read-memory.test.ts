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
  while (memory.region().length < largest) fill(memory, largest);
  return memory;
}

it("[HTTP-111] what an answer left in a piece of memory is not written to by the answers after it", () => {
  const memory = grown();
  const kept = fill(memory, 1000);
  memory.letGo();
  for (let round = 0; round < 8; round++) {
    const region = fill(memory, largest);
    expect(region.buffer === kept.buffer && region.byteOffset < kept.byteOffset + kept.length).toBe(false);
    memory.lend();
    memory.giveBack();
  }
});

it("[HTTP-111] what its reader has let go of is used again, and nothing else", () => {
  const memory = grown();
  const first = fill(memory, largest);
  memory.lend();
  const second = fill(memory, largest);
  memory.giveBack();
  expect(fill(memory, largest).buffer).not.toBe(second.buffer);
  expect(fill(memory, largest).buffer).toBe(first.buffer);
});
