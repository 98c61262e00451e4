import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Checkpoint, FileRange } from "./journal.ts";

/** From byte `start` up to, and without, byte `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is missing of the first `total` bytes, in order, where all before `from` is there. */
export function gapsBetween(from: number, ranges: Iterable<FileRange>, total: number): readonly Span[] {
  const gaps: Span[] = [];
  let at = from;
  for (const { start, bytes } of [...ranges].sort((one, other) => one.start - other.start)) {
    if (start > at) gaps.push({ start: at, end: start });
    at = Math.max(at, bytes);
  }
  return at < total ? [...gaps, { start: at, end: total }] : gaps;
}

const readBytes = 512 * 1024;

/** Reads on from `from` up to byte `end` and gives the CRC-32 so far; `undefined` where the file is shorter. */
export async function crcOf(
  file: FileHandle,
  from: Checkpoint,
  end: number,
  signal: AbortSignal | undefined,
  pass?: (chunk: Uint8Array) => void,
): Promise<number | undefined> {
  const buffer = Buffer.allocUnsafe(Math.min(readBytes, end - from.bytes));
  let { bytes, crc32: sum } = from;
  while (bytes < end) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - bytes), bytes);
    if (bytesRead === 0) return undefined;
    const chunk = buffer.subarray(0, bytesRead);
    sum = crc32(chunk, sum);
    pass?.(chunk);
    bytes += bytesRead;
  }
  return sum;
}

/** Of the ranges that an earlier run noted behind byte `from`, those whose bytes are still right. */
export async function rightRanges(
  file: FileHandle,
  noted: readonly FileRange[],
  from: number,
  signal: AbortSignal | undefined,
): Promise<readonly FileRange[]> {
  const right: FileRange[] = [];
  let covered = from;
  for (const range of [...noted].sort((one, other) => one.start - other.start)) {
    if (range.bytes <= covered) continue;
    const beginning = { bytes: range.start, crc32: 0 };
    if ((await crcOf(file, beginning, range.bytes, signal)) !== range.crc32) continue;
    right.push(range);
    covered = range.bytes;
  }
  return right;
}
