import { type FileHandle, open, statfs, unlink } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Checks } from "./checks.ts";
import { FileSystemError } from "./download-errors.ts";
import { onFile } from "./file-errors.ts";
import { crcOf, gapsBetween, rightRanges, type Span } from "./file-ranges.ts";
import type { Checkpoint, FileRange, Journal, JournalState } from "./journal.ts";

/** The file that a download is written to until it is whole. */
export interface PartialFile {
  readonly path: string;
  /** How far it goes from the start without a gap, as far as that is known here. */
  bytes(): number;
  /** Adds to these bytes. */
  write(chunks: readonly Uint8Array[]): Promise<void>;
  /** What is missing of so many bytes. */
  gaps(total: number): readonly Span[];
  hasRanges(): boolean;
  /** Begins a range behind a gap, and gives what adds to it. */
  openRange(start: number): (chunks: readonly Uint8Array[]) => Promise<void>;
  /** Reads some of the range that follows {@link PartialFile.bytes} and passes it to `checks`; false where a gap follows. */
  passOn(checks: Checks): Promise<boolean>;
  /** Takes no more notice of what lies behind gaps. */
  forgetRanges(): Promise<void>;
  /** Reads back what an earlier run left and passes it to `checks`, as far as it is still right. Resolves to so many bytes; ranges that are right stay behind them, and what lies beyond is cut off. */
  readBack(checks: Checks, signal: AbortSignal | undefined): Promise<number>;
  /** Throws away all bytes. */
  startAgain(): Promise<void>;
  /** Refuses a file that cannot fit, before its bytes are fetched. */
  checkSpace(bytesToCome: number): Promise<void>;
  /** Writes down how far it is. */
  checkpoint(): Promise<void>;
  /** Everything on the disk, if asked for. */
  flush(): Promise<void>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

/** What a killed process may lose. */
const recordBytes = 4 * 1024 * 1024;
const recordMs = 250;
/** What a power cut may lose: flushing more often would hold up the disk. */
const syncBytes = 32 * 1024 * 1024;
const syncMs = 2000;
/** At the end of a file that came in ranges nearly all of it is to be passed on, a thread's turn for each such piece. */
const passBytes = 2 * 1024 * 1024;

const start: Checkpoint = { bytes: 0, crc32: 0 };

/**
 * Opens the partial file at `path`.
 *
 * @param earlier - what an earlier run noted, if its bytes are to be taken up; otherwise the file begins empty
 */
export async function openPartialFile(
  path: string,
  journal: Journal,
  fsync: boolean,
  earlier: JournalState | undefined,
): Promise<PartialFile> {
  // Bytes of nobody's would otherwise stand behind the end of a shorter file.
  const file = await onFile(path, () => open(path, earlier ? "r+" : "w+"));
  let at = earlier?.written ?? earlier?.synced ?? start;
  let isTakenUp = earlier === undefined;
  /** Behind gaps. */
  const ranges = new Set<FileRange>();
  /** Counts how often they were forgotten: what is written to one from before is of no use. */
  let generation = 0;
  const underWay = new Set<Promise<unknown>>();
  let buffer: Buffer | undefined;
  let arrived = 0;
  let recorded = { bytes: 0, time: performance.now() };
  let synced = { bytes: 0, time: performance.now() };
  let syncing: Promise<void> | undefined;
  let syncFailure: unknown;

  /** Only those who download in parts have lines of ranges in their journal. */
  function rangesFor(name: "ranges" | "syncedRanges"): Partial<JournalState> {
    return ranges.size > 0 || journal.state()[name]?.length ? { [name]: [...ranges] } : {};
  }

  async function record(): Promise<void> {
    recorded = { bytes: arrived, time: performance.now() };
    await journal.record({ written: at, ...rangesFor("ranges") });
  }

  /** In the background: the disk flushes while the network brings more. */
  function sync(): void {
    const point = { synced: at, ...rangesFor("syncedRanges") };
    synced = { bytes: arrived, time: performance.now() };
    syncing = file
      .datasync()
      .then(() => journal.record(point))
      .then(() => journal.sync())
      .catch((error: unknown) => {
        syncFailure = error; // thrown by the next write, or by flush
      })
      .finally(() => {
        syncing = undefined;
      });
  }

  async function note(bytes: number): Promise<void> {
    arrived += bytes;
    const now = performance.now();
    if (arrived - recorded.bytes >= recordBytes || now - recorded.time >= recordMs) await record();
    if (fsync && !syncing && (arrived - synced.bytes >= syncBytes || now - synced.time >= syncMs)) sync();
  }

  /** Resolves once nothing is being written to them. */
  async function forget(): Promise<void> {
    generation++;
    ranges.clear();
    await Promise.allSettled(underWay); // told to those who write
  }

  function throwSyncFailure(): void {
    if (syncFailure !== undefined) throw syncFailure;
  }

  return {
    path,
    bytes: () => at.bytes,
    async write(chunks) {
      const bytes = await onFile(path, async () => {
        throwSyncFailure();
        return writeAll(file, chunks, at.bytes);
      });
      at = { bytes: at.bytes + bytes, crc32: sumOf(chunks, at.crc32) };
      await note(bytes);
    },
    gaps: (total) => gapsBetween(at.bytes, ranges, total),
    hasRanges: () => ranges.size > 0,
    openRange(start) {
      const own = generation;
      let range: FileRange = { start, bytes: start, crc32: 0 };
      return async (chunks) => {
        if (own !== generation) return;
        const writing = onFile(path, async () => {
          throwSyncFailure();
          return writeAll(file, chunks, range.bytes);
        });
        underWay.add(writing);
        const bytes = await writing.finally(() => underWay.delete(writing));
        if (own !== generation) return;
        ranges.delete(range);
        range = { start: range.start, bytes: range.bytes + bytes, crc32: sumOf(chunks, range.crc32) };
        ranges.add(range);
        await note(bytes);
      };
    },
    async passOn(checks) {
      const own = generation;
      const next = [...ranges].find(({ start, bytes }) => start <= at.bytes && bytes > at.bytes);
      if (!next) return false;
      buffer ??= Buffer.allocUnsafe(passBytes);
      const length = Math.min(buffer.length, next.bytes - at.bytes);
      const { bytesRead } = await onFile(path, () => file.read(buffer as Buffer, 0, length, at.bytes));
      if (own !== generation) return false;
      if (bytesRead === 0) throw cutShort(path);
      const chunk = buffer.subarray(0, bytesRead);
      checks.update([chunk]);
      at = { bytes: at.bytes + bytesRead, crc32: crc32(chunk, at.crc32) };
      for (const range of ranges) if (range.bytes <= at.bytes) ranges.delete(range);
      return true;
    },
    async forgetRanges() {
      const hadSome = ranges.size > 0 || journal.state().ranges?.length;
      await forget();
      if (hadSome) await journal.record({ ranges: [], syncedRanges: [] });
    },
    async readBack(checks, signal) {
      at = await lastRightPoint(file, earlier ?? {}, signal, (chunk) => checks.update([chunk]));
      isTakenUp = true;
      const noted = [...(earlier?.ranges ?? []), ...(earlier?.syncedRanges ?? [])];
      // From the start the object may be another: only a rest is asked for on a condition.
      const right = at.bytes === 0 ? [] : await rightRanges(file, noted, at.bytes, signal);
      for (const range of right) ranges.add(range);
      await onFile(path, () => file.truncate(right.at(-1)?.bytes ?? at.bytes));
      return at.bytes;
    },
    async startAgain() {
      await forget();
      await syncing;
      at = start;
      isTakenUp = true;
      synced = { bytes: arrived, time: performance.now() };
      const none = { ...rangesFor("ranges"), ...rangesFor("syncedRanges") };
      await journal.record({ written: at, synced: at, ...none });
      recorded = { bytes: arrived, time: performance.now() };
      await onFile(path, () => file.truncate(0));
    },
    async checkSpace(bytesToCome) {
      const { bavail, bsize, blocks } = await onFile(path, () => statfs(path));
      // A disk that filled up leaves half a write behind what was noted. It is written over, and needs no further room.
      const { size, blocks: taken } = await onFile(path, () => file.stat());
      // Gaps take no room yet.
      const tail = Math.max(0, Math.min(size, taken * 512) - at.bytes);
      const free = bavail * bsize + tail;
      // Some network file systems say nothing of their size.
      if (blocks === 0 || bytesToCome <= free) return;
      const text = `${path}: ${bytesToCome} bytes are still to come, and the disk has room for ${free}. Make room and try again.`;
      throw new FileSystemError("DISK_FULL", path, text);
    },
    async checkpoint() {
      if (!isTakenUp) return; // nobody has looked at those bytes: what the earlier run noted still holds
      await syncing;
      if (fsync) await onFile(path, () => file.datasync());
      const point = { written: at, ...rangesFor("ranges") };
      await journal.record(fsync ? { ...point, synced: at, ...rangesFor("syncedRanges") } : point);
    },
    async flush() {
      await syncing;
      await onFile(path, async () => {
        throwSyncFailure();
        if (fsync) await file.sync();
      });
    },
    async close() {
      await syncing;
      await file.close();
    },
    remove: () => removeFile(path),
  };
}

/** The last point of an earlier run up to which the bytes are still right; all before it has then been passed on. */
async function lastRightPoint(
  file: FileHandle,
  { synced = start, written }: Pick<JournalState, "synced" | "written">,
  signal: AbortSignal | undefined,
  pass: (chunk: Uint8Array) => void,
): Promise<Checkpoint> {
  if ((await crcOf(file, start, synced.bytes, signal, pass)) !== synced.crc32) return start;
  if (!written || written.bytes <= synced.bytes) return synced;
  // Looked at before it is passed on: a tail that a power cut zeroed must not get into the digest.
  if ((await crcOf(file, synced, written.bytes, signal)) !== written.crc32) return synced;
  await crcOf(file, synced, written.bytes, signal, pass);
  return written;
}

function sumOf(chunks: readonly Uint8Array[], before: number): number {
  return chunks.reduce((sum, chunk) => crc32(chunk, sum), before);
}

function cutShort(path: string): FileSystemError {
  const text = `${path}: somebody else has cut it short while it was downloaded. Try again.`;
  return new FileSystemError("FILE_SYSTEM", path, text);
}

/** `writev` may write less than it was given, on a disk that fills up for one. */
export async function writeAll(
  file: FileHandle,
  chunks: readonly Uint8Array[],
  position: number,
): Promise<number> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  let { bytesWritten } = await file.writev(chunks, position);
  if (bytesWritten === total) return total; // nearly always: it need not be copied into one
  const all = Buffer.concat(chunks);
  while (bytesWritten < total) {
    bytesWritten += (await file.write(all, bytesWritten, total - bytesWritten, position + bytesWritten))
      .bytesWritten;
  }
  return total;
}

/** Removes a file that may be gone already. */
export async function removeFile(path: string): Promise<void> {
  await onFile(path, async () => {
    try {
      await unlink(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  });
}
