import type { Values } from "./request-fields.ts";

/** The part of a list that `offset` and `limit` of a query ask for. */
export function pageOf<Item>(items: readonly Item[], query: Values, usualLimit: number): readonly Item[] {
  const [offset, limit] = [Number(query.offset ?? 0), Number(query.limit ?? usualLimit)];
  return items.slice(offset, offset + limit);
}
