import { open } from "node:fs/promises";
import type { SavedFile } from "./download.ts";
import { onFile } from "./file-errors.ts";
import { removeFile } from "./partial-file.ts";
import type { Transfer } from "./transfer.ts";

const readBytes = 1024 * 1024;

/** A file that was saved whole, to be handed on: the same as a transfer from a service, and it cannot fail half-way for good. */
export interface Spooled extends Transfer {
  readonly path: string;
  /** It was handed on: the file is not needed any more. */
  remove(): Promise<void>;
}

/** Opens a spooled file. */
export async function openSpooled(saved: SavedFile): Promise<Spooled> {
  const { path, ...result } = saved;
  const file = await onFile(path, () => open(path, "r"));
  let position = 0;
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    path,
    info: result,
    validators: () => ({}),
    async read() {
      const buffer = Buffer.allocUnsafe(readBytes);
      const { bytesRead } = await onFile(path, () => file.read(buffer, 0, readBytes, position));
      position += bytesRead;
      if (bytesRead > 0) return [buffer.subarray(0, bytesRead)];
      await close();
      return undefined;
    },
    rewind: async (toByte) => {
      position = toByte;
    },
    result: () => result,
    heldBytes: () => position,
    cancel: close,
    remove: () => removeFile(path),
  };
}
