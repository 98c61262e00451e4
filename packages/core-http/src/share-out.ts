import { createBell } from "./bell.ts";
import { byteCount } from "./body-reading.ts";
import { FileSystemError, IntegrityError } from "./download-errors.ts";
import { CloudhaulError } from "./errors.ts";
import { createPartQueue, type Part, type PartQueue } from "./part-queue.ts";
import type { PartialFile } from "./partial-file.ts";
import { type ReceiveOptions, receiveStream, writeBytes } from "./receive-stream.ts";
import { backOff, mayRepeat } from "./retry.ts";
import type { SharedTransfer } from "./transfer.ts";

/** A connection that brings more than this is left alone with its file, in bytes for each millisecond: 150 MiB/s. */
const fastBytesPerMs = (150 * 1024 * 1024) / 1000;
/** How often its rate is looked at, and over how long it is measured. */
const lookMs = 10;
const measureMs = 1000;

const mebibyte = 1024 * 1024;
/** No part begins so many parts ahead of what has come without a gap. */
const reachParts = 64;
/** So much must have come for the failures of a connection to be counted anew. */
const progressBytes = 64 * 1024;

/**
 * How it ended.
 *
 * - `whole`: all bytes have come, and every check has passed
 * - `alone`: the server does not give parts, or not now; the first connection must go on from what has come without a gap
 * - `changed`: the object is another now
 */
export type SharedOutcome = "whole" | "alone" | "changed";

/**
 * Receives a file over its first connection and, once that one alone is too slow, over others beside it. Each takes a part
 * at a time; what it cannot bring goes back to the others. What came is passed to the checks in order.
 */
export async function shareOut(
  first: SharedTransfer,
  partial: PartialFile,
  options: ReceiveOptions,
): Promise<SharedOutcome> {
  const { connections, checks, progress, retry, logger, signal } = options;
  const stop = new AbortController();
  const bell = createBell();
  const others: Promise<void>[] = [];
  let active = 1;
  let queue: PartQueue | undefined;
  let firstPart: Part | undefined;
  let isStreaming = true;
  let ending: "alone" | "changed" | { readonly error: unknown } | undefined;
  let forgetting: Promise<void> | undefined;

  const totalBytes = (): number => first.validators().totalBytes ?? 0;
  /** One for each connection where that is enough: between two parts lies a round trip in which nothing comes. */
  const partBytes = (): number =>
    Math.min(8, Math.max(4, Math.ceil(totalBytes() / connections / mebibyte))) * mebibyte;

  /** From here on several share what is missing. */
  function share(): void {
    clearInterval(looking);
    const reached = first.heldBytes();
    const missing = partial
      .gaps(totalBytes())
      .map(({ start, end }) => ({ start: Math.max(start, reached), end })); // what was read may not be written yet
    const reachBytes = Math.max(reachParts, 4 * connections) * partBytes();
    const parts = createPartQueue(missing, partBytes(), () => partial.bytes() + reachBytes);
    const isMissing = missing[0]?.start === reached;
    const own = (isMissing ? parts.take() : undefined) ?? {
      start: reached,
      next: reached,
      end: reached,
      since: 0,
    };
    queue = parts;
    firstPart = own;
    first.endAt((reachedByte) => {
      parts.extend(own, reachedByte);
      return own.end;
    });
    progress.countBy(
      () => totalBytes() - partial.gaps(totalBytes()).reduce((sum, gap) => sum + gap.end - gap.start, 0),
    );
    active = connections;
    for (let count = 1; count < connections; count++) others.push(work(parts));
  }

  let mark = { bytes: first.heldBytes(), time: performance.now() };
  const looking = setInterval(() => {
    const [bytes, time] = [first.heldBytes(), performance.now()];
    const isSlow = (bytes - mark.bytes) / (time - mark.time) < fastBytesPerMs;
    if (time - mark.time > measureMs || bytes < mark.bytes) mark = { bytes, time };
    if (isSlow && first.canSplit() && totalBytes() - bytes >= 2 * partBytes()) share();
  }, lookMs);

  function end(how: NonNullable<typeof ending>): void {
    ending = how;
    stop.abort();
    bell.ring();
    if (how !== "alone") void first.halt();
    else if (isStreaming) {
      first.endAt(undefined);
      forgetting = partial.forgetRanges();
      forgetting.catch(() => {}); // told at the end
    }
  }

  /** The first connection, for as long as its first answer carries, and then a part at a time. */
  async function lead(): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    try {
      await receiveStream(first, partial, options, () => {
        if (firstPart) firstPart.next = first.heldBytes();
        bell.ring();
      });
    } catch (error) {
      failure = { error };
    }
    isStreaming = false;
    const isAlone = ending === "alone" || (!queue && !ending);
    if (failure && isAlone) ending = failure;
    handBack(firstPart);
    if (!queue || ending) return;
    others.push(passOn()); // also where this one brings nothing more: the others may not run too far ahead
    if (!failure) await work(queue);
    else if (await mayGoOn(failure.error, 1)) await work(queue, 1);
  }

  function handBack(part: Part | undefined): void {
    if (part) queue?.giveBack(part);
    if (queue?.isOver()) stop.abort(); // nobody need wait for another try
    bell.ring();
  }

  async function work(parts: PartQueue, before = 0): Promise<void> {
    let failures = before;
    for (let part = await nextPart(parts); part; part = await nextPart(parts)) {
      const from = part.next;
      try {
        await fetchPart(part);
        failures = 0;
        handBack(part);
      } catch (error) {
        handBack(part);
        if (part.next - from >= progressBytes) failures = 0;
        if (ending || !(await mayGoOn(error, ++failures))) return;
      }
    }
  }

  async function nextPart(parts: PartQueue): Promise<Part | undefined> {
    for (;;) {
      const heard = bell.count();
      if (ending || parts.isOver()) return undefined;
      const part = parts.take();
      if (part) return part;
      await bell.next(heard);
    }
  }

  async function fetchPart(part: Part): Promise<void> {
    const transfer = await first.part(part.next, () => part.end, stop.signal);
    part.since = performance.now(); // with the wait for the answer in it a fast part would look slow, and be halved
    try {
      const write = partial.openRange(part.next);
      for (let batch = await transfer.read(writeBytes); batch; batch = await transfer.read(writeBytes)) {
        part.next += byteCount(batch);
        await write(batch);
        progress.report({});
        bell.ring();
      }
    } finally {
      await transfer.cancel();
    }
  }

  /** Whether a connection that failed may take another part, once it has waited; if not, what that means for all. */
  async function mayGoOn(error: unknown, failures: number): Promise<boolean> {
    const { code, message } = error as CloudhaulError;
    logger.warn("a part could not be fetched", { code, reason: message, failures });
    const isChanged = IntegrityError.isInstance(error) && error.reason === "changed";
    if (!CloudhaulError.isInstance(error) || FileSystemError.isInstance(error)) end({ error });
    else if (isChanged) end("changed");
    else if (!mayRepeat(error, "safe")) end("alone");
    else if (failures >= retry.maxAttempts && --active === 0) end({ error });
    if (failures >= retry.maxAttempts) return false;
    await backOff(error, failures, retry, stop.signal).catch(() => undefined); // it is over: there is no next part
    return true;
  }

  /** Passes on what has come without a gap, while more comes. */
  async function passOn(): Promise<void> {
    try {
      while (!ending && partial.bytes() < totalBytes()) {
        const heard = bell.count();
        if (await partial.passOn(checks)) bell.ring();
        else if (queue?.isOver() && bell.count() === heard)
          end("alone"); // nobody would close that gap
        else await bell.next(heard);
      }
    } catch (error) {
      end({ error });
    }
  }

  const onAbort = (): void => end({ error: signal?.reason });
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    if (signal?.aborted) onAbort();
    else if (partial.hasRanges() && first.canSplit()) share();
    else await partial.forgetRanges();
    await lead();
    for (const other of others) await other;
    await forgetting;
  } finally {
    clearInterval(looking);
    signal?.removeEventListener("abort", onAbort);
  }
  return outcome();

  async function outcome(): Promise<SharedOutcome> {
    if (typeof ending === "object") throw ending.error;
    first.endAt(undefined);
    if (first.isFinished()) return "whole";
    if (!ending) {
      first.finish(partial.bytes());
      return "whole";
    }
    progress.countBy(undefined);
    while (await partial.passOn(checks));
    await partial.forgetRanges();
    return ending;
  }
}
