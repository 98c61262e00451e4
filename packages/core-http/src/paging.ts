/** One page by offset. */
export interface OffsetPage<Item> {
  readonly items: readonly Item[];
  /** How many there are in all, where the service tells. */
  readonly total?: number | undefined;
}

/** One page by marker. */
export interface MarkerPage<Item> {
  readonly items: readonly Item[];
  /** Leads to the next page; `undefined` on the last. */
  readonly marker: string | undefined;
}

/**
 * Goes through all pages. It ends on an empty page, not on a short one: services cut pages shorter than asked for.
 *
 * @param ask - asks for the page that begins at an offset
 */
export async function* pagesByOffset<Item>(
  ask: (offset: number) => Promise<OffsetPage<Item>>,
): AsyncGenerator<Item, void, undefined> {
  for (let offset = 0; ; ) {
    const { items, total } = await ask(offset);
    yield* items;
    offset += items.length;
    if (items.length === 0 || offset >= (total ?? Number.POSITIVE_INFINITY)) return;
  }
}

/** Goes through all pages, each of which says where the next begins. A marker that comes again ends it, for it would never end. */
export async function* pagesByMarker<Item>(
  ask: (marker: string | undefined) => Promise<MarkerPage<Item>>,
): AsyncGenerator<Item, void, undefined> {
  const asked = new Set<string | undefined>();
  for (let marker: string | undefined; !asked.has(marker); ) {
    asked.add(marker);
    const page = await ask(marker);
    yield* page.items;
    if (page.items.length === 0) return;
    marker = page.marker;
  }
}
