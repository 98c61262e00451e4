import { type Fields, whole } from "./request-fields.ts";

/** Which page of a list is asked for. */
export interface Page {
  readonly limit?: number;
  readonly marker?: string;
  readonly offset?: number;
}

/** The limits of a page. */
export const pageFields: Fields = {
  limit: whole(1, 50),
  marker: { is: "text", pattern: /^[0-9a-f]{24}$/ },
  offset: whole(0, 500),
};

/** A page of items whose ids descend: those below the marker, after the offset. */
export function pageOf<Item>(
  all: readonly Item[],
  idOf: (item: Item) => string,
  { limit = 10, marker, offset = 0 }: Page,
): { readonly items: readonly Item[]; readonly page: unknown } {
  const below = marker === undefined ? all : all.filter((item) => idOf(item) < marker);
  const items = below.slice(offset, offset + limit);
  const last = items.at(-1);
  return { items, page: { count: all.length, marker: last && idOf(last) } };
}
