import { type Content, segmentContent } from "./content.ts";
import { joined, keystream, literal, part, type Segment } from "./segment.ts";

/** What the tar file holds. */
export interface Lz4TarOptions {
  /** The same seed gives the same bytes. */
  readonly seed: string;
  /** Bytes of data in all the files of the tar together. */
  readonly bytes: number;
  /** Number of files in the tar. Default: one for each GiB. */
  readonly entries?: number | undefined;
  readonly fileName?: string | undefined;
}

const gibibyte = 1024 ** 3;

/**
 * A backup as a physical backup of DDS is: a tar file in an LZ4 frame, which `lz4 -d | tar -x` takes. Its blocks are
 * stored without compression, so that any part of it can be made at once.
 *
 * @see https://support.huaweicloud.com/intl/en-us/usermanual-dds/dds_03_0089.html
 */
export function lz4TarContent(options: Lz4TarOptions): Content {
  const { seed, bytes, fileName, entries = Math.max(1, Math.ceil(bytes / gibibyte)) } = options;
  return segmentContent(lz4Frame(tar(seed, bytes, entries)), {
    fileName,
    fingerprint: `lz4-tar:${seed}:${bytes}:${entries}`,
  });
}

/** Magic, then: version 1, independent blocks, no checksums; blocks of at most 4 MiB; the check byte of these two. */
const frameHeader = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73);
const frameEnd = new Uint8Array(4);
const blockBytes = 4 * 1024 * 1024;
const storedFlag = 0x80000000;

/** @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md */
function lz4Frame(data: Segment): Segment {
  const segments = [literal(frameHeader)];
  for (let at = 0; at < data.bytes; at += blockBytes) {
    const bytes = Math.min(blockBytes, data.bytes - at);
    const header = Buffer.alloc(4);
    header.writeUInt32LE(storedFlag + bytes);
    segments.push(literal(header), part(data, at, bytes));
  }
  return joined([...segments, literal(frameEnd)]);
}

const recordBytes = 512;

function tar(seed: string, bytes: number, entries: number): Segment {
  const segments: Segment[] = [];
  for (let entry = 0; entry < entries; entry += 1) {
    const size = Math.floor((bytes * (entry + 1)) / entries) - Math.floor((bytes * entry) / entries);
    const name = `data/collection-${String(entry + 1).padStart(4, "0")}.wt`;
    const padding = (recordBytes - (size % recordBytes)) % recordBytes;
    segments.push(
      literal(tarHeader(name, size)),
      keystream(`${seed}/${entry}`, size),
      literal(new Uint8Array(padding)),
    );
  }
  return joined([...segments, literal(new Uint8Array(2 * recordBytes))]);
}

const largestTarFile = 0o77777777777;

/** A POSIX ustar header; the checksum is taken with its own field full of spaces. */
function tarHeader(name: string, size: number): Uint8Array {
  if (size > largestTarFile)
    throw new RangeError(`A file in a tar has at most ${largestTarFile} bytes. Use more entries.`);
  const header = Buffer.alloc(recordBytes);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  header.write(name, 0);
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257, "latin1");
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 6)}\u0000 `, 148, "latin1");
  return header;
}
