/**
 * Memory that a connection reads into. A fresh buffer for every read costs more than the read itself; these are used
 * again as soon as the reader has let go of them.
 */
export interface ReadMemory {
  /** Where the next bytes go. */
  region(): Uint8Array;
  /** So many bytes came there. */
  took(bytes: number): void;
  /** All that came so far is handed to the reader. */
  lend(): void;
  /** The reader has let go of what it was lent. */
  giveBack(): void;
  /** An answer is over: what came of it is its reader's for good, and is not written to again. */
  letGo(): void;
}

const firstBytes = 16 * 1024;
const largestBytes = 512 * 1024;
/** A TLS record's worth: less room than that would cut reads in pieces. */
const leastRoom = 16 * 1024;

/** It starts small, and grows with what comes. */
export function createReadMemory(): ReadMemory {
  let size = firstBytes;
  let slab: Uint8Array = new Uint8Array(size);
  let used = 0;
  let filled: Uint8Array[] = [];
  let lent: Uint8Array[] = [];
  let free: Uint8Array[] = [];

  function turnOver(): void {
    filled.push(slab);
    size = Math.min(size * 4, largestBytes);
    slab = free.pop() ?? Buffer.allocUnsafeSlow(size);
    used = 0;
  }

  return {
    region: () => slab.subarray(used),
    took(bytes) {
      used += bytes;
      if (slab.length - used < leastRoom) turnOver();
    },
    lend() {
      lent.push(...filled);
      filled = [];
    },
    giveBack() {
      free.push(...lent.filter(({ length }) => length === largestBytes));
      lent = [];
    },
    letGo() {
      slab = slab.subarray(used); // of another length than those that are used again
      used = 0;
      filled = [];
      lent = [];
      free = [];
    },
  };
}
