import { compressSync } from "lz4-napi";
import { createXxHash32, xxHash32 } from "../xx-hash-32.ts";

/** How a frame is to be. */
export interface FrameOptions {
  /** 4 for 64 KiB, to 7 for 4 MiB. Default 4. */
  readonly sizeCode?: 4 | 5 | 6 | 7 | undefined;
  readonly isLinked?: boolean | undefined;
  readonly isStored?: boolean | undefined;
  readonly blockChecksums?: boolean | undefined;
  readonly contentChecksum?: boolean | undefined;
  readonly contentSize?: boolean | undefined;
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

/** An LZ4 frame around `data`, made by hand so that every kind of frame can be had. */
export function frameOf(data: Buffer, options: FrameOptions = {}): Buffer {
  const { sizeCode = 4, isLinked, isStored, blockChecksums, contentChecksum, contentSize } = options;
  const flags =
    0x40 |
    (isLinked ? 0 : 0x20) |
    (blockChecksums ? 0x10 : 0) |
    (contentSize ? 0x08 : 0) |
    (contentChecksum ? 0x04 : 0);
  const size = Buffer.alloc(contentSize ? 8 : 0);
  if (contentSize) size.writeBigUInt64LE(BigInt(data.length));
  const descriptor = Buffer.concat([Buffer.of(flags, sizeCode << 4), size]);
  const parts = [word(0x184d2204), descriptor, Buffer.of((xxHash32(descriptor) >>> 8) & 0xff)];
  const blockBytes = 2 ** (8 + 2 * sizeCode);
  for (let at = 0; at < data.length; at += blockBytes) {
    const block = data.subarray(at, at + blockBytes);
    const dictionary = isLinked && at > 0 ? data.subarray(Math.max(0, at - 65_536), at) : undefined;
    const piece = isStored ? block : compressSync(block, dictionary).subarray(4);
    const isKept = isStored || piece.length < block.length;
    const written = isKept ? piece : block;
    parts.push(word(written.length + (isStored || !isKept ? 0x80000000 : 0)), written);
    if (blockChecksums) parts.push(word(xxHash32(written)));
  }
  parts.push(word(0));
  if (contentChecksum) {
    const hash = createXxHash32();
    hash.update(data);
    parts.push(word(hash.digest()));
  }
  return Buffer.concat(parts);
}

/** A frame as `lz4 -l` makes it. */
export function legacyFrameOf(data: Buffer): Buffer {
  const parts = [word(0x184c2102)];
  for (let at = 0; at < data.length; at += 8 * 1024 ** 2) {
    const piece = compressSync(data.subarray(at, at + 8 * 1024 ** 2)).subarray(4);
    parts.push(word(piece.length), piece);
  }
  return Buffer.concat(parts);
}

/** A frame whose content is of no concern. */
export function skippableFrame(data: Buffer): Buffer {
  return Buffer.concat([word(0x184d2a53), word(data.length), data]);
}
