import { describe, expect, it } from "vitest";
import { createPacer } from "./index.ts";

describe("[HTTP-90] createPacer", () => {
  it("lets one through in each interval, the first at once", async () => {
    const pace = createPacer(120);
    const startedAt = performance.now();
    const passed: number[] = [];
    await Promise.all(
      [1, 2, 3].map(() => pace(undefined).then(() => passed.push(performance.now() - startedAt))),
    );
    expect(passed[0]).toBeLessThan(100);
    for (const [index, at] of passed.entries()) expect(at).toBeGreaterThanOrEqual(index * 120 - 5);
  });

  it("gives the turn of one who leaves to the next", async () => {
    const pace = createPacer(100);
    await pace(undefined);
    const abort = new AbortController();
    const reason = new Error("enough");
    const left = pace(abort.signal);
    const stays = pace(undefined);
    abort.abort(reason);
    await expect(left).rejects.toBe(reason);
    const startedAt = performance.now();
    await stays;
    expect(performance.now() - startedAt).toBeLessThan(190);
  });
});
