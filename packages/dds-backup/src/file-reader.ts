import type { FileHandle } from "node:fs/promises";
import { Unsound } from "./unsound.ts";

/** Reads a file from its start to its end, through one buffer. */
export interface FileReader {
  /** Of the byte that comes next. */
  position(): number;
  isAtEnd(): boolean;
  /**
   * The next bytes, in a piece that is overwritten by the call after.
   *
   * @param what - the part of the file that they are, should it end within
   */
  take(bytes: number, what: string): Promise<Buffer>;
  /** The same bytes, which are still to come after. */
  peek(bytes: number, what: string): Promise<Buffer>;
  skip(bytes: number, what: string): void;
}

/** To begin with; it grows to the longest piece that is asked for, which is a block. */
const bufferBytes = 512 * 1024;

/** Reads `totalBytes` of a file; `onRead` is told how far. */
export function createFileReader(
  file: FileHandle,
  totalBytes: number,
  onRead: (bytes: number) => void,
): FileReader {
  let buffer = Buffer.allocUnsafe(bufferBytes);
  let filePosition = 0; // of the end of what is held
  let [start, end] = [0, 0];
  const position = (): number => filePosition - (end - start);

  function demand(bytes: number, what: string): void {
    if (position() + bytes <= totalBytes) return;
    throw new Unsound(`The file ends after ${totalBytes} bytes, within ${what}: it was cut.`);
  }

  async function peek(bytes: number, what: string): Promise<Buffer> {
    demand(bytes, what);
    if (start + bytes > buffer.length) {
      const held = buffer.subarray(start, end);
      if (bytes > buffer.length) buffer = Buffer.allocUnsafe(bytes + bufferBytes);
      held.copy(buffer);
      [start, end] = [0, held.length];
    }
    while (end - start < bytes) {
      const { bytesRead } = await file.read(buffer, end, buffer.length - end, filePosition);
      if (bytesRead === 0)
        throw new Unsound(`The file became shorter while it was read: ${filePosition} bytes.`);
      end += bytesRead;
      filePosition += bytesRead;
      onRead(filePosition);
    }
    return buffer.subarray(start, start + bytes);
  }

  return {
    position,
    isAtEnd: () => position() >= totalBytes,
    peek,
    async take(bytes, what) {
      const taken = await peek(bytes, what);
      start += bytes;
      return taken;
    },
    skip(bytes, what) {
      demand(bytes, what);
      const held = Math.min(bytes, end - start);
      start += held;
      if (held === bytes) return;
      filePosition += bytes - held;
      [start, end] = [0, 0];
    },
  };
}
