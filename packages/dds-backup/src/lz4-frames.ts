import type { FileReader } from "./file-reader.ts";
import { Unsound } from "./unsound.ts";
import { createXxHash32, type XxHash32, xxHash32 } from "./xx-hash-32.ts";

/** The one function of the library that is needed: a block that comes after the length of what is in it. */
export type UncompressBlock = (block: Uint8Array, dictionary?: Uint8Array | null) => Uint8Array;

/** First bytes of a frame; any of sixteen begin one that is to be skipped. */
const [frameMagic, legacyMagic, skippableMagic] = [0x184d2204, 0x184c2102, 0x184d2a50] as const;
const legacyBlockBytes = 8 * 1024 * 1024;
/** How far back a block may refer to those before it. */
const historyBytes = 64 * 1024;

const isSkippable = (magic: number): boolean => magic >>> 4 === skippableMagic >>> 4;
const isMagic = (value: number): boolean =>
  value === frameMagic || value === legacyMagic || isSkippable(value);

/** Whether a file that begins so is of LZ4 frames. */
export function isLz4(head: Buffer): boolean {
  return head.length >= 4 && isMagic(head.readUInt32LE(0));
}

/**
 * What is in the frames of a file, block by block, down to its last byte. All checksums that are there are checked.
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export async function* readFrames(
  file: FileReader,
  uncompress: UncompressBlock,
): AsyncGenerator<Uint8Array, void, undefined> {
  while (!file.isAtEnd()) {
    const at = file.position();
    const magic = (await file.take(4, "the first bytes of a frame")).readUInt32LE(0);
    if (magic === frameMagic) yield* readFrame(file, uncompress);
    else if (magic === legacyMagic) yield* readLegacyFrame(file, uncompress);
    else if (isSkippable(magic)) {
      const bytes = (await file.take(4, "the length of a frame to skip")).readUInt32LE(0);
      file.skip(bytes, "a frame to skip");
    } else throw new Unsound(`At byte ${at} there is no LZ4 frame, but something else.`);
  }
}

/** What the header of a frame says. */
interface FrameHeader {
  readonly isLinked: boolean;
  readonly hasBlockChecksums: boolean;
  readonly hasContentChecksum: boolean;
  readonly contentBytes: bigint | undefined;
  readonly blockBytes: number;
}

async function readHeader(file: FileReader): Promise<FrameHeader> {
  const at = file.position();
  const what = "the header of a frame";
  const [flags = 0, sizes = 0] = await file.peek(2, what);
  const hasSize = (flags & 0x08) !== 0;
  const bytes = 2 + (hasSize ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0);
  const header = await file.take(bytes + 1, what);
  if (((xxHash32(header.subarray(0, bytes)) >>> 8) & 0xff) !== header[bytes])
    throw new Unsound(`The header of the frame at byte ${at} does not match its checksum: it was changed.`);
  const sizeCode = (sizes >> 4) & 0x07;
  if (flags >> 6 !== 1 || (flags & 0x02) !== 0 || (sizes & 0x8f) !== 0 || sizeCode < 4)
    throw new Unsound(`The frame at byte ${at} is of an LZ4 format that is not known here.`);
  if ((flags & 0x01) !== 0)
    throw new Unsound(`The frame at byte ${at} can be read only with a dictionary that is not in the file.`);
  return {
    isLinked: (flags & 0x20) === 0,
    hasBlockChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    contentBytes: hasSize ? header.readBigUInt64LE(2) : undefined,
    blockBytes: 2 ** (8 + 2 * sizeCode),
  };
}

async function* readFrame(
  file: FileReader,
  uncompress: UncompressBlock,
): AsyncGenerator<Uint8Array, void, undefined> {
  const header = await readHeader(file);
  const hash = header.hasContentChecksum ? createXxHash32() : undefined;
  const history = header.isLinked ? createHistory() : undefined;
  let total = 0;
  for (;;) {
    const block = await readBlock(file, header, history, uncompress);
    if (!block) break;
    total += block.length;
    hash?.update(block);
    history?.add(block);
    yield block;
  }
  if (hash) await checkContent(file, hash);
  if (header.contentBytes !== undefined && header.contentBytes !== BigInt(total))
    throw new Unsound(`A frame holds ${total} bytes, and its header says ${header.contentBytes}.`);
}

/** One block, or `undefined` at the end of the frame. */
async function readBlock(
  file: FileReader,
  { blockBytes, hasBlockChecksums }: FrameHeader,
  history: History | undefined,
  uncompress: UncompressBlock,
): Promise<Uint8Array | undefined> {
  const at = file.position();
  const word = (await file.peek(4, "the length of a block")).readUInt32LE(0);
  if (word === 0) {
    file.skip(4, "the end of a frame");
    return undefined;
  }
  const [bytes, isStored] = [word & 0x7fffffff, word >>> 31 === 1];
  if (bytes > blockBytes)
    throw new Unsound(`The block at byte ${at} says that it has ${bytes} bytes: more than there may be.`);
  const checksumBytes = hasBlockChecksums ? 4 : 0;
  const piece = await file.take(4 + bytes + checksumBytes, "a block");
  const data = piece.subarray(4, 4 + bytes);
  if (hasBlockChecksums && piece.readUInt32LE(4 + bytes) !== xxHash32(data))
    throw new Unsound(`The block at byte ${at} does not match its checksum: it was changed.`);
  if (isStored) return data;
  return uncompressBlock(at, piece.subarray(0, 4 + bytes), blockBytes, uncompress, history?.bytes());
}

/** The library wants the length of the content in front of the block, just where the length of the block is. */
function uncompressBlock(
  at: number,
  piece: Buffer,
  mostBytes: number,
  uncompress: UncompressBlock,
  dictionary?: Uint8Array,
): Uint8Array {
  piece.writeUInt32LE(mostBytes, 0);
  try {
    return uncompress(piece, dictionary);
  } catch (error) {
    throw new Unsound(`The block at byte ${at} cannot be uncompressed: it was changed.`, { cause: error });
  }
}

async function checkContent(file: FileReader, hash: XxHash32): Promise<void> {
  const expected = (await file.take(4, "the checksum of a frame")).readUInt32LE(0);
  if (hash.digest() !== expected)
    throw new Unsound("What is in a frame does not match its checksum: it was changed.");
}

/** The frames of `lz4 -l`: blocks and nothing else, up to the next frame or the end of the file. */
async function* readLegacyFrame(
  file: FileReader,
  uncompress: UncompressBlock,
): AsyncGenerator<Uint8Array, void, undefined> {
  while (!file.isAtEnd()) {
    const at = file.position();
    const bytes = (await file.peek(4, "the length of a block")).readUInt32LE(0);
    if (isMagic(bytes)) return;
    if (bytes > legacyBlockBytes + legacyBlockBytes / 255 + 16)
      throw new Unsound(`The block at byte ${at} says that it has ${bytes} bytes: more than there may be.`);
    yield uncompressBlock(at, await file.take(4 + bytes, "a block"), legacyBlockBytes, uncompress);
  }
}

/** The last of what came before. */
interface History {
  bytes(): Uint8Array | undefined;
  add(block: Uint8Array): void;
}

function createHistory(): History {
  const kept = Buffer.allocUnsafe(historyBytes);
  let held = 0;
  return {
    bytes: () => (held === 0 ? undefined : kept.subarray(0, held)),
    add(block) {
      const fresh = block.subarray(Math.max(0, block.length - historyBytes));
      const stays = Math.min(held, historyBytes - fresh.length);
      kept.copyWithin(0, held - stays, held);
      kept.set(fresh, stays);
      held = stays + fresh.length;
    },
  };
}
