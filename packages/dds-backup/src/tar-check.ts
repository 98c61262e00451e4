import { Unsound } from "./unsound.ts";

/** Follows a tar from its first byte to its last. */
export interface TarCheck {
  push(data: Uint8Array): void;
  /** Throws unless the tar has come to its end. */
  end(): void;
  /** How many files, folders and links it has shown so far. */
  entries(): number;
}

const blockBytes = 512;
/** Records of what does not fit into a header are short; longer ones are not looked into. */
const longestRecords = 1024 * 1024;

/** Entries that tell of the next one: long names, and the records of POSIX. */
const about = new Set(["L", "K", "x", "g", "X"]);

/**
 * Checks the headers of a tar, and that there is all the data they speak of. A tar ends with two blocks of zeros; what comes
 * after them is no part of it.
 *
 * @see https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */
export function createTarCheck(): TarCheck {
  const block = Buffer.allocUnsafe(blockBytes);
  let [held, at, toSkip, zeroBlocks, entries] = [0, 0, 0, 0, 0];
  let name = "";
  let records: { readonly pieces: Uint8Array[]; bytes: number } | undefined;
  let nextSize: number | undefined;
  let isSparse = false;

  function takeBlock(): void {
    if (isSparse) {
      isSparse = block[504] !== 0;
      return;
    }
    if (block.every((byte) => byte === 0)) {
      zeroBlocks++;
      return;
    }
    if (zeroBlocks > 0) throw new Unsound(`The tar goes on after its end, at byte ${at} of it.`);
    takeHeader();
  }

  function takeHeader(): void {
    if (!hasRightSum(block)) {
      const text =
        at === 0
          ? "What is in the LZ4 frames is no tar: its first header does not match its checksum."
          : `The tar has a wrong header at byte ${at} of it, after ${name}: it was changed.`;
      throw new Unsound(text);
    }
    const kind = String.fromCharCode(block[156] as number);
    name = block.toString("utf8", 0, 100).replace(/\0.*$/s, "");
    const written = readNumber(block.subarray(124, 136));
    if (written === undefined)
      throw new Unsound(`The tar has a header without a length at byte ${at} of it, of ${name}.`);
    const isAbout = about.has(kind);
    const size = kind === "1" ? 0 : isAbout ? written : (nextSize ?? written);
    toSkip = Math.ceil(size / blockBytes) * blockBytes;
    records = kind === "x" && size <= longestRecords ? { pieces: [], bytes: size } : undefined;
    isSparse = kind === "S" && block[482] !== 0;
    if (isAbout) return;
    nextSize = undefined;
    entries++;
  }

  function skip(data: Uint8Array): void {
    toSkip -= data.length;
    if (!records) return;
    records.pieces.push(Uint8Array.from(data));
    if (toSkip > 0) return;
    nextSize = sizeIn(Buffer.concat(records.pieces).toString("utf8", 0, records.bytes));
    records = undefined;
  }

  return {
    entries: () => entries,
    push(data) {
      for (let start = 0; start < data.length && zeroBlocks < 2; ) {
        const isData = toSkip > 0 && !isSparse;
        const wanted = isData ? toSkip : blockBytes - held;
        const piece = data.subarray(start, start + wanted);
        start += piece.length;
        if (isData) skip(piece);
        else {
          block.set(piece, held);
          held += piece.length;
        }
        if (held === blockBytes) {
          held = 0;
          takeBlock();
        }
        at += piece.length;
      }
    },
    end() {
      if (zeroBlocks >= 2) return;
      if (toSkip > 0) throw new Unsound(`The tar ends within ${name}, ${toSkip} bytes too early.`);
      throw new Unsound(
        `The tar has no end: after ${entries} entries the blocks that close it are missing. It was cut.`,
      );
    },
  };
}

/** The sum of the header's bytes, its own field taken as spaces. Some old programs took the bytes as signed. */
function hasRightSum(block: Buffer): boolean {
  const written = readNumber(block.subarray(148, 156));
  let [sum, signed] = [0, 0];
  for (const [index, byte] of block.entries()) {
    const value = index >= 148 && index < 156 ? 32 : byte;
    sum += value;
    signed += value > 127 ? value - 256 : value;
  }
  return written === sum || written === signed;
}

/** Octal digits; or, of lengths that those cannot tell, a binary number with its first bit set. */
function readNumber(field: Buffer): number | undefined {
  if (((field[0] as number) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] as number) & 0x7f);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = /^ *([0-7]+)[ \0]*$/.exec(field.toString("latin1"))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** The length of the next entry in records such as `20 size=8589934592`. */
function sizeIn(records: string): number | undefined {
  const digits = /(?:^|\n)\d+ size=(\d+)\n/.exec(records)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
