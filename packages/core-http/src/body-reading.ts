import { IntegrityError } from "./download-errors.ts";
import { TimeoutError, TransportError } from "./errors.ts";
import type { ResponseBody } from "./transport.ts";

/** A reader that waits is not the one pausing, so the time in here is the time without a byte. */
export async function readInTime(
  body: ResponseBody | undefined,
  wantedBytes: number,
  stallTimeoutMs: number,
  held: number,
): Promise<readonly Uint8Array[] | undefined> {
  let stall: TimeoutError | undefined;
  const timer = setTimeout(() => {
    const text = `No byte came for ${stallTimeoutMs} ms, after ${held}. Try again, or raise stallTimeoutMs.`;
    stall = new TimeoutError({ phase: "body", timeoutMs: stallTimeoutMs }, text);
    void body?.cancel();
  }, stallTimeoutMs);
  try {
    const batch = await body?.read(wantedBytes);
    if (stall) throw stall; // a cancelled body that looks like one that ended would publish half a file
    return batch;
  } catch (error) {
    throw stall ?? error;
  } finally {
    clearTimeout(timer);
  }
}

/** What of it fits into so many bytes, and what lies behind. */
export function splitAt(
  batch: readonly Uint8Array[],
  bytes: number,
): readonly [fits: readonly Uint8Array[], behind: readonly Uint8Array[]] {
  const fits: Uint8Array[] = [];
  const behind: Uint8Array[] = [];
  let room = Math.max(0, bytes);
  for (const chunk of batch) {
    if (room > 0) fits.push(chunk.subarray(0, room));
    if (chunk.byteLength > room) behind.push(chunk.subarray(room));
    room = Math.max(0, room - chunk.byteLength);
  }
  return [fits, behind];
}

export function byteCount(batch: readonly Uint8Array[]): number {
  return batch.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}

/** Refuses more than was announced, and less once it has ended. */
export function checkLength(total: number | undefined, held: number, ended: boolean, name: string): void {
  if (total === undefined || held === total || (held < total && !ended)) return;
  // A body that ends early without an error: seen with transports that do not count, and with a 206 of half the rest.
  if (held < total)
    throw new TransportError("CONNECTION_LOST", "body", `${name} ended after ${held} of ${total} bytes.`);
  const text = `${name} sent more than the ${total} bytes that it announced.`;
  throw new IntegrityError({ reason: "length", expected: String(total), received: `over ${total}` }, text);
}
