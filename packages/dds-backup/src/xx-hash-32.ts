/** The checksum of LZ4 frames, taken piece by piece. */
export interface XxHash32 {
  update(data: Uint8Array): void;
  /** Of all that came so far. */
  digest(): number;
}

const [prime1, prime2, prime3, prime4, prime5] = [
  0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1,
] as const;
const stripeBytes = 16;

const turned = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const mixed = (lane: number, word: number): number =>
  Math.imul(turned((lane + Math.imul(word, prime2)) | 0, 13), prime1);
const wordAt = (data: Uint8Array, at: number): number =>
  (data[at] as number) |
  ((data[at + 1] as number) << 8) |
  ((data[at + 2] as number) << 16) |
  ((data[at + 3] as number) << 24);

/**
 * xxHash of 32 bits, seed 0.
 *
 * @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
export function createXxHash32(): XxHash32 {
  let [a, b, c, d] = [(prime1 + prime2) | 0, prime2 | 0, 0, -prime1 | 0];
  let total = 0;
  const rest = new Uint8Array(stripeBytes); // what is left of the last stripe
  let held = 0;

  /** Takes in whole stripes, and returns where it stopped. */
  function takeStripes(data: Uint8Array, start: number): number {
    let at = start;
    for (; at + stripeBytes <= data.length; at += stripeBytes) {
      a = mixed(a, wordAt(data, at));
      b = mixed(b, wordAt(data, at + 4));
      c = mixed(c, wordAt(data, at + 8));
      d = mixed(d, wordAt(data, at + 12));
    }
    return at;
  }

  return {
    update(data) {
      total += data.length;
      let at = 0;
      if (held > 0) {
        at = Math.min(stripeBytes - held, data.length);
        rest.set(data.subarray(0, at), held);
        held += at;
        if (held < stripeBytes) return;
        takeStripes(rest, 0);
      }
      at = takeStripes(data, at);
      rest.set(data.subarray(at));
      held = data.length - at;
    },
    digest() {
      const joined = turned(a, 1) + turned(b, 7) + turned(c, 12) + turned(d, 18);
      let hash = ((total < stripeBytes ? prime5 : joined) + total) | 0;
      let at = 0;
      for (; at + 4 <= held; at += 4)
        hash = Math.imul(turned((hash + Math.imul(wordAt(rest, at), prime3)) | 0, 17), prime4);
      for (; at < held; at++)
        hash = Math.imul(turned((hash + Math.imul(rest[at] as number, prime5)) | 0, 11), prime1);
      hash = Math.imul(hash ^ (hash >>> 15), prime2);
      hash = Math.imul(hash ^ (hash >>> 13), prime3);
      return (hash ^ (hash >>> 16)) >>> 0;
    },
  };
}

/** Of one piece. */
export function xxHash32(data: Uint8Array): number {
  const hash = createXxHash32();
  hash.update(data);
  return hash.digest();
}
