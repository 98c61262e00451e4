import { Readable } from "node:stream";
import { type ReadStreamOptions, ZipFile } from "yazl";
import { type Content, createContent } from "./content.ts";
import { keystream } from "./segment.ts";

/** What the archive holds. */
export interface ZipOptions {
  /** The same seed gives the same bytes. */
  readonly seed: string;
  /** Bytes of the rows in all the tables together, rounded down to whole rows of 256 bytes; 0 gives tables without rows. */
  readonly bytes: number;
  /** Number of tables. Default: one for each GiB. */
  readonly entries?: number | undefined;
  readonly fileName?: string | undefined;
}

const gibibyte = 1024 ** 3;

/** An export as the services give it: a zip file of csv tables, stored without compression. */
export function zipContent(options: ZipOptions): Content {
  const { seed, bytes, fileName, entries = Math.max(1, Math.ceil(bytes / gibibyte)) } = options;
  const tables = tablesOf(Math.floor(bytes / rowBytes), entries);
  return createContent({
    bytes: zipBytes(tables),
    contentType: "application/zip",
    fileName,
    fingerprint: `zip:${seed}:${bytes}:${entries}`,
    stream: (start, end) => range(zip(seed, tables), start, end),
  });
}

interface Table {
  readonly name: string;
  readonly rows: number;
}

const tableHeading = Buffer.from("row,host,detail\n");
const rowBytes = 256;

function tablesOf(rows: number, entries: number): readonly Table[] {
  return Array.from({ length: entries }, (_, entry) => ({
    name: `table-${String(entry + 1).padStart(4, "0")}.csv`,
    rows: Math.floor((rows * (entry + 1)) / entries) - Math.floor((rows * entry) / entries),
  }));
}

/** Dates in the local zone of the DOS format alone: the archive is the same on every machine. */
function entryOptions(table: Table): Partial<ReadStreamOptions> {
  const size = tableHeading.byteLength + table.rows * rowBytes;
  return { size, compress: false, mtime: new Date(2026, 0, 1), mode: 0o100644, forceDosTimestamp: true };
}

/** yazl tells the length before anything is written, because nothing is compressed. */
function zipBytes(tables: readonly Table[]): number {
  const file = new ZipFile();
  for (const table of tables) file.addReadStreamLazy(table.name, entryOptions(table), () => undefined);
  let bytes = Number.NaN;
  const onTotal = (total: number): void => {
    bytes = total;
  };
  file.end(undefined, onTotal as () => void);
  return bytes;
}

function zip(seed: string, tables: readonly Table[]): Readable {
  const file = new ZipFile();
  const output = file.outputStream as Readable;
  file.on("error", (error: Error) => output.destroy(error));
  for (const table of tables) {
    const rows = () => Readable.from(csv(`${seed}/${table.name}`, table.rows), { objectMode: false });
    file.addReadStreamLazy(table.name, entryOptions(table), (give) => give(undefined, rows()));
  }
  file.end();
  return output;
}

const rowsPerChunk = 1024;
/** Hex characters of a row, less its number, `host-` and separators. */
const rowHex = rowBytes - "000000000000,host-,\n".length;
const hostHex = 8;

function* csv(seed: string, rows: number): Iterable<Uint8Array> {
  yield tableHeading;
  const data = keystream(seed, (rows * rowHex) / 2);
  for (let first = 0; first < rows; first += rowsPerChunk) {
    const last = Math.min(first + rowsPerChunk, rows);
    const hex = Buffer.concat([...data.read((first * rowHex) / 2, (last * rowHex) / 2)]).toString("hex");
    const lines: string[] = [];
    for (let row = first; row < last; row += 1) {
      const at = (row - first) * rowHex;
      const number = String(row + 1).padStart(12, "0");
      lines.push(`${number},host-${hex.slice(at, at + hostHex)},${hex.slice(at + hostHex, at + rowHex)}\n`);
    }
    yield Buffer.from(lines.join(""), "latin1");
  }
}

/** A zip is written from its start: a part of it costs as much as all that lies before. */
async function* range(source: Readable, start: number, end: number): AsyncIterable<Uint8Array> {
  let at = 0;
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    const wanted = chunk.subarray(Math.max(start - at, 0), Math.max(end - at, 0));
    if (wanted.byteLength > 0) yield wanted;
    at += chunk.byteLength;
    if (at >= end) return;
  }
}
