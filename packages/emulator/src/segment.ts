import { createCipheriv, createHash } from "node:crypto";

/** The size of the pieces that content comes in. */
export const chunkBytes: number = 256 * 1024;

/** A run of bytes that can be read from anywhere without making what comes before. */
export interface Segment {
  readonly bytes: number;
  /** From `start` up to, and without, `end`. */
  read(start: number, end: number): Iterable<Uint8Array>;
}

/** Bytes at hand. */
export function literal(data: Uint8Array): Segment {
  return {
    bytes: data.byteLength,
    *read(start, end) {
      for (let at = start; at < end; at += chunkBytes)
        yield data.subarray(at, Math.min(at + chunkBytes, end));
    },
  };
}

const zeros = new Uint8Array(chunkBytes);
const cipherBlockBytes = 16;

/** Bytes that look random and are the same for the same seed: an AES-128-CTR keystream, made at gigabytes a second. */
export function keystream(seed: string, bytes: number): Segment {
  const key = createHash("sha256").update(seed).digest().subarray(0, 16);
  return {
    bytes,
    *read(start, end) {
      const counter = Buffer.alloc(16);
      counter.writeBigUInt64BE(BigInt(Math.floor(start / cipherBlockBytes)), 8);
      const cipher = createCipheriv("aes-128-ctr", key, counter);
      cipher.update(zeros.subarray(0, start % cipherBlockBytes));
      for (let at = start; at < end; at += chunkBytes)
        yield cipher.update(zeros.subarray(0, Math.min(chunkBytes, end - at)));
    },
  };
}

/** A part of a segment as a segment. */
export function part(whole: Segment, from: number, bytes: number): Segment {
  return { bytes, read: (start, end) => whole.read(from + start, from + end) };
}

/** Segments one after the other. */
export function joined(segments: readonly Segment[]): Segment {
  return {
    bytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
    *read(start, end) {
      let at = 0;
      for (const segment of segments) {
        const from = Math.max(start - at, 0);
        const to = Math.min(end - at, segment.bytes);
        if (from < to) yield* segment.read(from, to);
        at += segment.bytes;
        if (at >= end) return;
      }
    },
  };
}
