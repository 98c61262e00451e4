import type { PartialFile } from "./partial-file.ts";
import { type ReceiveOptions, receiveStream } from "./receive-stream.ts";
import { shareOut } from "./share-out.ts";
import type { SharedTransfer } from "./transfer.ts";

/** Writes what comes, to the end: over one connection, or over several where that is allowed, possible and faster. */
export async function receiveFile(
  transfer: SharedTransfer,
  partial: PartialFile,
  options: ReceiveOptions,
): Promise<void> {
  if (options.connections > 1 || partial.hasRanges()) {
    const outcome = await shareOut(transfer, partial, options);
    if (outcome === "whole") return;
    if (outcome === "changed") await transfer.startAgain();
    else await transfer.rewind(partial.bytes());
  }
  await receiveStream(transfer, partial, options);
}
