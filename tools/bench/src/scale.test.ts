import { expect, it } from "vitest";
import { shownSize } from "./scale.ts";

it("names sizes", () => {
  expect([1024, 65_536, 256 * 1024 ** 2, 2 * 1024 ** 3].map(shownSize)).toEqual([
    ...["1 KiB", "64 KiB", "256 MiB", "2 GiB"],
  ]);
});
