import { describe, expect, it } from "vitest";
import { pagesByMarker, pagesByOffset } from "./index.ts";

const all = ["a", "b", "c", "d", "e"];

async function collect(items: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const item of items) text += item;
  return text;
}

describe("[HTTP-100] pages", () => {
  it.each([undefined, 5])("by offset come whole and in order, with a total of %s", async (total) => {
    const asked: number[] = [];
    const ask = async (offset: number) => {
      asked.push(offset);
      return { items: all.slice(offset, offset + (offset === 0 ? 1 : 2)), total }; // cut shorter than the next
    };
    expect(await collect(pagesByOffset(ask))).toBe("abcde");
    expect(asked).toEqual(total === undefined ? [0, 1, 3, 5] : [0, 1, 3]);
  });

  it("by marker end with the last marker, with an empty page, and with a marker that comes again", async () => {
    const pages: Record<string, { items: string[]; marker: string | undefined }> = {
      first: { items: ["a", "b"], marker: "m1" },
      m1: { items: ["c"], marker: "m2" },
      m2: { items: [], marker: "m3" },
    };
    const page = (marker = "first") => pages[marker] ?? expect.unreachable(marker);
    expect(await collect(pagesByMarker(async (marker) => page(marker)))).toBe("abc");
    expect(await collect(pagesByMarker(async () => ({ items: ["a"], marker: undefined })))).toBe("a");
    expect(await collect(pagesByMarker(async () => ({ items: ["a"], marker: "same" })))).toBe("aa");
    const turning = async (marker?: string) => ({
      items: [marker ?? "-"],
      marker: marker === "a" ? "b" : "a",
    });
    expect(await collect(pagesByMarker(turning))).toBe("-ab");
  });

  it("are asked for only as they are read", async () => {
    let asked = 0;
    const ask = async (offset: number) => ({ items: all.slice(offset, offset + 1 + 0 * asked++) });
    for await (const item of pagesByOffset(ask)) if (item === "b") break;
    expect(asked).toBe(2);
  });
});
