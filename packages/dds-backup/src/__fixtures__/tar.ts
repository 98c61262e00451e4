/** One entry of a tar that a test makes. */
export interface TarEntry {
  readonly name: string;
  readonly data?: Uint8Array | undefined;
  /** Default `0`, a file. */
  readonly kind?: string | undefined;
  /** In place of the digits of its length. */
  readonly sizeField?: Buffer | undefined;
  /** Further bytes of the header, by where they stand. */
  readonly more?: Readonly<Record<number, number>> | undefined;
  /** Blocks between header and data. */
  readonly between?: Buffer | undefined;
}

const padded = (data: Uint8Array): Buffer =>
  Buffer.concat([data, Buffer.alloc((512 - (data.length % 512)) % 512)]);

/** A header alone. */
export function tarHeader({ name, data = Buffer.alloc(0), kind = "0", sizeField, more = {} }: TarEntry): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  for (const [at, value] of [[100, 0o644], [108, 0], [116, 0], [136, 0]] as const)
    header.write(`${value.toString(8).padStart(7, "0")}\0`, at);
  (sizeField ?? Buffer.from(`${data.length.toString(8).padStart(11, "0")}\0`)).copy(header, 124);
  header.write(kind, 156);
  header.write("ustar\u000000", 257, "latin1");
  for (const [at, value] of Object.entries(more)) header[Number(at)] = value;
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** A tar, with the two blocks that end it. */
export function tarOf(...entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => [
    tarHeader(entry),
    entry.between ?? Buffer.alloc(0),
    padded(entry.data ?? Buffer.alloc(0)),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
