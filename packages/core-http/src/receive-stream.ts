import type { Checks } from "./checks.ts";
import type { Logger } from "./logger.ts";
import type { PartialFile } from "./partial-file.ts";
import type { Progress } from "./progress.ts";
import type { RetryPolicy } from "./retry.ts";
import type { Transfer } from "./transfer.ts";

/** How the bytes of a file are received. */
export interface ReceiveOptions {
  /** The most to use. */
  readonly connections: number;
  readonly checks: Checks;
  readonly progress: Progress;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  readonly signal: AbortSignal | undefined;
  /** Awaited before bytes of a transfer are written. */
  beforeWrite(): Promise<void>;
}

/** Few large writes cost less than many small ones; beyond this they cost the same. */
export const writeBytes: number = 512 * 1024;

/** Writes what one connection brings, in order. */
export async function receiveStream(
  transfer: Transfer,
  partial: PartialFile,
  { beforeWrite }: ReceiveOptions,
  onBatch?: () => void,
): Promise<void> {
  for (let batch = await transfer.read(writeBytes); batch; batch = await transfer.read(writeBytes)) {
    onBatch?.();
    await beforeWrite();
    await partial.write(batch);
  }
}
