/** Watches whether a file that begins as a zip ends as one. */
export interface ZipEnd {
  /** Takes the next bytes, in order. Keeps none of their memory. */
  update(chunks: readonly Uint8Array[]): void;
  /** What is wrong with its end; `undefined` for a whole zip, and for what is no zip. */
  fault(): string | undefined;
}

/** The end record (PKWARE APPNOTE 4.3.16) is 22 bytes and a comment of at most 65,535. */
const endBytes = 22;
const tailBytes = endBytes + 65_535;
const endSignature = 0x06054b50;
const entrySignature = 0x04034b50;

/** Whether a file that begins so is a zip: with an entry, or, of an empty one, with the end record. */
export function isZipStart(head: Buffer): boolean {
  return head.length >= 4 && [entrySignature, endSignature].includes(head.readUInt32LE(0));
}

/** A {@link ZipEnd}. It holds the last 64 KiB of the file, and nothing of a file that is no zip. */
export function createZipEnd(): ZipEnd {
  let start = Buffer.alloc(0);
  let isZip: boolean | undefined;
  let tail: Buffer = Buffer.alloc(0);
  let total = 0;
  return {
    update(chunks) {
      for (const chunk of chunks) {
        total += chunk.byteLength;
        if (start.length < 4) start = Buffer.concat([start, chunk.subarray(0, 4 - start.length)]);
      }
      if (isZip === undefined && start.length === 4) isZip = isZipStart(start);
      if (isZip !== false) tail = lastBytes([tail, ...chunks], tailBytes);
    },
    fault: () => (isZip ? faultOf(tail, total) : undefined),
  };
}

function lastBytes(chunks: readonly Uint8Array[], count: number): Buffer {
  const needed: Uint8Array[] = [];
  for (let index = chunks.length - 1, held = 0; index >= 0 && held < count; index--) {
    const chunk = chunks[index] as Uint8Array;
    needed.unshift(chunk.subarray(Math.max(0, chunk.byteLength - (count - held))));
    held += chunk.byteLength;
  }
  return Buffer.concat(needed);
}

function faultOf(tail: Buffer, total: number): string | undefined {
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endSignature || at + endBytes + tail.readUInt16LE(at + 20) !== tail.length)
      continue;
    const [size, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    const isZip64 = size === 0xffffffff || offset === 0xffffffff;
    const endAt = total - tail.length + at;
    return isZip64 || size + offset <= endAt ? undefined : "its directory lies outside the file";
  }
  return "it has no end record";
}
