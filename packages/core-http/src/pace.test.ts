import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { downloadLink, type Transport } from "./index.ts";
import { createPace } from "./pace.ts";

describe("[HTTP-30] maxBytesPerSecond", () => {
  it("holds a download to the rate, and an abort ends the wait", async () => {
    const bytes = 300_000;
    await using server = await startScriptedServer([answer(200, {}, Buffer.alloc(bytes))]);
    const download = downloadLink({ url: server.url });
    const startedAt = performance.now();
    await download.toBytes({ maxBytes: bytes, maxBytesPerSecond: 1_000_000 });
    expect(performance.now() - startedAt).toBeGreaterThan(180); // the first tenth of a second is free
    const abort = new AbortController();
    const running = download.toBytes({ maxBytes: bytes, maxBytesPerSecond: 1, signal: abort.signal });
    await expect.poll(() => server.requests.length).toBe(2);
    abort.abort("enough");
    await expect(running).rejects.toBe("enough");
  });
});

describe("[HTTP-30] a pace", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => vi.useRealTimers());
  const wouldWait = AbortSignal.abort("waits");

  it("saves up no more than a tenth of a second: a stall is not followed by a flood", async () => {
    const pace = createPace(1000);
    vi.advanceTimersByTime(60_000);
    await pace.spend(100, wouldWait);
    await expect(pace.spend(1, wouldWait)).rejects.toBe("waits");
  });

  it("of no limit never waits", async () => {
    await createPace(undefined).spend(Number.MAX_SAFE_INTEGER, wouldWait);
  });
});

describe("[HTTP-18] a stall", () => {
  it("is an error also with a transport whose cancelled body looks like one that ended", async () => {
    let end = (): void => {};
    const transport: Transport = {
      send: async () => ({
        status: 200,
        headers: {},
        body: {
          read: () =>
            new Promise((resolve) => {
              end = () => resolve(undefined);
            }),
          cancel: async () => end(),
        },
      }),
      close: async () => {},
    };
    const download = downloadLink({ url: "https://example.com/a", transport, retry: false });
    const failed = download.toBytes({ maxBytes: 9, stallTimeoutMs: 50 });
    await expect(failed).rejects.toMatchObject({ code: "TIMEOUT_BODY" });
  });
});
