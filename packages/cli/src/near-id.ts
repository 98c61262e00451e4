import { type CallOptions, ServiceError } from "@cloudhaul/core-http";
import type { Session } from "./session.ts";

/** Where the ids are listed that one on the command line should have been of. */
export interface KnownIds<Item> {
  /** Those on the command line. */
  readonly given: readonly string[];
  /** Asks for them; only the first page is waited for. */
  list(options: CallOptions): AsyncIterable<Item>;
  idsOf(item: Item): readonly (string | undefined)[];
}

/** Nobody waits longer for a hint. */
const patienceMs = 5000;
const mostNames = 3;

/**
 * Does the work; where the service does not know an id, one more request looks for those that are nearly the same, and they
 * are added to the error's message.
 */
export async function withNearIds<Item, Result>(
  { signal }: Session,
  known: KnownIds<Item>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!ServiceError.isInstance(error) || error.kind !== "not-found") throw error;
    const ids = (await firstPage(known, signal)).flatMap((item) => known.idsOf(item));
    const near = nearIds(known.given, new Set(ids.filter((id) => id !== undefined)));
    const end = /[.!?]$/.test(error.message) ? "" : ".";
    if (near.length > 0) error.message += `${end} Did you mean ${near.slice(0, mostNames).join(", or ")}?`;
    throw error;
  }
}

/** The ids that one of these may have been meant for: nothing for one that is known. */
function nearIds(given: readonly string[], known: ReadonlySet<string>): readonly string[] {
  const misspelt = given.filter((id) => !known.has(id));
  return [...known].filter((id) => misspelt.some((other) => isNear(other, id)));
}

/** One in four characters may be wrong, four in all; or the end, or the beginning, was not copied. */
function isNear(given: string, id: string): boolean {
  const [short, long] = [given.toLowerCase(), id.toLowerCase()].sort((a, b) => a.length - b.length);
  if (!short || !long) return false;
  if (short.length >= 4 && (long.startsWith(short) || long.endsWith(short))) return true;
  return editDistance(short, long) <= Math.min(4, Math.ceil(long.length / 4));
}

/** How many characters must be put in, left out or changed to get from one text to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= to.length; at++) {
      const changed = (row[at - 1] ?? 0) + (letter === to[at - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

async function firstPage<Item>({ list }: KnownIds<Item>, signal: AbortSignal): Promise<readonly Item[]> {
  const items: Item[] = [];
  const enough = new AbortController();
  const options: CallOptions = {
    signal: AbortSignal.any([signal, enough.signal]),
    timeoutMs: patienceMs,
    retry: false,
  };
  try {
    for await (const item of list(options)) {
      items.push(item);
      enough.abort(); // the rest of the page comes all the same; the next one is not asked for
    }
  } catch {
    return items; // no more than a hint is lost: the command's own error is told
  }
  return items;
}
