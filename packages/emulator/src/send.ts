import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRule } from "./faults.ts";
import type { OpenRecord } from "./request-log.ts";

/** Sends an answer, spoiled as the fault says. Rejects when the client goes away, or when the body fails. */
export async function send(
  response: Response,
  to: ServerResponse,
  about: { readonly fault: FaultRule; readonly record: OpenRecord; readonly signal: AbortSignal },
): Promise<void> {
  const { fault, record, signal } = about;
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { signal });
  writeHeaders(response, to, fault);
  record.status = response.status;
  const body = to.req.method === "HEAD" ? null : response.body;
  if (!body) await response.body?.cancel();
  const { flipByteAt, truncateTo, bytesPerSecond } = fault;
  let pieces: AsyncIterable<Uint8Array> = body ?? none();
  if (flipByteAt !== undefined) pieces = flipped(pieces, flipByteAt);
  if (truncateTo !== undefined) pieces = first(pieces, truncateTo);
  if (bytesPerSecond !== undefined) pieces = dripping(pieces, bytesPerSecond, signal);
  const ending = nextCut(fault, to.req.socket);
  let left = ending?.afterBytes ?? Number.POSITIVE_INFINITY;
  to.flushHeaders();
  if (left > 0) {
    for await (const piece of pieces) {
      signal.throwIfAborted();
      const part = piece.subarray(0, left);
      record.bytesSent += part.byteLength;
      carried.set(to.req.socket, carriedBy(to.req.socket) + part.byteLength);
      left -= part.byteLength;
      if (left === 0) await flushed(to, part);
      else if (!to.write(part)) await once(to, "drain", { signal });
      if (left === 0) break;
    }
  }
  if (ending && left === 0) return cuts[ending.by](to);
  to.end();
}

/** How many bytes of bodies each connection has carried. */
const carried = new WeakMap<Socket, number>();

function carriedBy(socket: Socket): number {
  return carried.get(socket) ?? 0;
}

/** The cut that comes first. */
function nextCut({ cut, cutEveryBytes }: FaultRule, socket: Socket): FaultRule["cut"] {
  if (cutEveryBytes === undefined) return cut;
  const afterBytes = Math.max(0, cutEveryBytes - carriedBy(socket));
  return cut && cut.afterBytes <= afterBytes ? cut : { afterBytes, by: "end" };
}

const cuts: Readonly<Record<NonNullable<FaultRule["cut"]>["by"], (to: ServerResponse) => void>> = {
  reset: (to) => void to.socket?.resetAndDestroy(),
  end: (to) => to.socket?.destroySoon(),
  // Silence: the connection stays until the client or the emulator closes it.
  stall: () => undefined,
};

function writeHeaders(response: Response, to: ServerResponse, fault: FaultRule): void {
  to.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== "set-cookie") to.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) to.setHeader("set-cookie", cookies);
  const length = response.headers.get("content-length");
  if (fault.truncateTo !== undefined && length !== null) {
    to.setHeader("content-length", Math.min(Number(length), fault.truncateTo));
  }
  if (fault.contentLength !== undefined) to.setHeader("content-length", fault.contentLength);
}

/** Writes, and waits until the operating system has it: closing a connection discards what it has not. */
function flushed(to: ServerResponse, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => to.write(piece, (error) => (error ? reject(error) : resolve())));
}

async function* none(): AsyncIterable<Uint8Array> {}

async function* flipped(pieces: AsyncIterable<Uint8Array>, position: number): AsyncIterable<Uint8Array> {
  let at = 0;
  for await (const piece of pieces) {
    const index = position - at;
    at += piece.byteLength;
    // A copy: the content may hand out the very bytes that it keeps.
    yield index >= 0 && index < piece.byteLength ? piece.with(index, ~(piece[index] ?? 0) & 0xff) : piece;
  }
}

async function* first(pieces: AsyncIterable<Uint8Array>, bytes: number): AsyncIterable<Uint8Array> {
  let left = bytes;
  if (left === 0) return;
  for await (const piece of pieces) {
    yield piece.subarray(0, left);
    left -= Math.min(piece.byteLength, left);
    if (left === 0) return;
  }
}

const dripsPerSecond = 20;
/** How much of the time that a drip took too long the next ones may make up for. */
const mostCatchUpMs = 100;

async function* dripping(
  pieces: AsyncIterable<Uint8Array>,
  bytesPerSecond: number,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const dripBytes = Math.ceil(bytesPerSecond / dripsPerSecond);
  let due = performance.now();
  for await (const piece of pieces) {
    for (let at = 0; at < piece.byteLength; at += dripBytes) {
      const drip = piece.subarray(at, at + dripBytes);
      yield drip;
      // By a schedule: a timer is always late, and pauses that are added up would make the rate a lower one.
      due = Math.max(due, performance.now() - mostCatchUpMs) + (drip.byteLength / bytesPerSecond) * 1000;
      await sleep(Math.max(0, due - performance.now()), undefined, { signal });
    }
  }
}
