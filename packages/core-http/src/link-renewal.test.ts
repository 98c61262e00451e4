import { createHash } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cutObject, objectAnswer } from "./__fixtures__/object-server.ts";
import { type Answer, answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { downloadLink, type ProgressEvent } from "./index.ts";

const body = createHash("shake256", { outputLength: 200_000 }).update("link").digest();
const retry = { baseDelayMs: 1 };
const object = objectAnswer(body, { etag: '"e"' });
const expired = answer(
  403,
  {},
  "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
);
const nowSeconds = () => Math.round(Date.now() / 1000);

afterEach(() => void vi.useRealTimers());

/** A server that refuses the links of `refused`, and a link to it that counts its renewals. */
async function linkTo(
  serve: (signature: string) => Answer,
  lifeSeconds: number,
): Promise<AsyncDisposable & { fetchIt(): Promise<Buffer>; signatures(): string[]; renewals(): number }> {
  const server = await startScriptedServer([
    (socket, request) => serve(/Signature=(\w+)/.exec(request.path)?.[1] ?? "")(socket, request),
  ]);
  let count = 0;
  const link = (): string =>
    `${server.url}/a?AccessKeyId=k&Expires=${nowSeconds() + lifeSeconds}&Signature=s${count}`;
  const download = downloadLink({
    url: link(),
    retry,
    async renew() {
      count++;
      await new Promise((resolve) => setImmediate(resolve));
      return link();
    },
  });
  return {
    fetchIt: () => download.toBytes({ maxBytes: 1e6 }),
    signatures: () => server.requests.map(({ path }) => /Signature=(\w+)/.exec(path)?.[1] ?? ""),
    renewals: () => count,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describe("[HTTP-29] the renewal of a link", () => {
  it("happens once for all who were refused", async () => {
    await using link = await linkTo((signature) => (signature === "s0" ? expired : object), 3600);
    const all = await Promise.all(Array.from({ length: 4 }, () => link.fetchIt()));
    for (const bytes of all) expect(bytes.equals(body)).toBe(true);
    expect(link.renewals()).toBe(1);
    expect(link.signatures().sort()).toEqual([...Array(4).fill("s0"), ...Array(4).fill("s1")]);
  });

  it("is waited for by all who need it meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    await using server = await startScriptedServer([object]);
    const link = () => `${server.url}/a?Expires=${nowSeconds() + 100}`;
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let renewals = 0;
    const renew = async () => {
      renewals++;
      await released;
      return link();
    };
    const download = downloadLink({ url: link(), retry, renew });
    vi.setSystemTime(Date.now() + 90_000);
    let connecting = 0;
    const onProgress = ({ phase }: ProgressEvent): void => {
      // All four have asked for the link by the next turn.
      if (phase === "connecting" && ++connecting === 4) setImmediate(release);
    };
    await Promise.all(Array.from({ length: 4 }, () => download.toBytes({ maxBytes: 1e6, onProgress })));
    expect(renewals).toBe(1);
  });

  it("counts the life of a fresh link from when it was got", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    await using link = await linkTo(() => object, 100);
    vi.setSystemTime(Date.now() + 85_000);
    await link.fetchIt();
    vi.setSystemTime(Date.now() + 75_000);
    await link.fetchIt();
    expect(link.signatures()).toEqual(["s1", "s1"]);
  });

  it("is not asked for by one whose link another has renewed", async () => {
    let late = (): void => {};
    await using link = await linkTo(
      (signature) =>
        signature !== "s0"
          ? object
          : (socket, request) => {
              // The first that was refused hears of it only when the second is done.
              if (link.signatures().length === 1) late = () => expired(socket, request);
              else expired(socket, request);
            },
      3600,
    );
    const first = link.fetchIt();
    await expect.poll(() => link.signatures().length).toBe(1);
    await link.fetchIt();
    late();
    expect((await first).equals(body)).toBe(true);
    expect(link.renewals()).toBe(1);
  });

  it("goes on at the same byte, in the middle of a transfer", async () => {
    const answers = [cutObject(body, 150_000, { etag: '"e"' }), expired, object];
    const ranges: (string | undefined)[] = [];
    await using link = await linkTo(
      () => (socket, request) => {
        ranges.push(request.headers.range);
        answers.shift()?.(socket, request);
      },
      3600,
    );
    expect((await link.fetchIt()).equals(body)).toBe(true);
    expect(ranges).toEqual(["bytes=0-", "bytes=150000-", "bytes=150000-"]);
    expect(link.signatures()).toEqual(["s0", "s0", "s1"]);
  });

  it.each([
    { life: 3600, used: 3500, renewals: 0 },
    { life: 3600, used: 3545, renewals: 1 },
    { life: 100, used: 75, renewals: 0 },
    { life: 100, used: 85, renewals: 1 },
    { life: 100, used: 200, renewals: 1 },
    { life: -3600, used: 10, renewals: 0 },
  ])("comes first where $used of $life seconds are over: $renewals", async ({ life, used, renewals }) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    await using link = await linkTo(() => object, life);
    vi.setSystemTime(Date.now() + used * 1000);
    expect((await link.fetchIt()).equals(body)).toBe(true);
    expect(link.renewals()).toBe(renewals);
    expect(link.signatures()).toEqual([`s${renewals}`]);
  });

  it("is tried again by the next who needs it, after it failed", async () => {
    let tries = 0;
    await using server = await startScriptedServer([expired, expired, object]);
    const download = downloadLink({
      url: `${server.url}/a`,
      retry,
      async renew() {
        if (++tries === 1) throw new Error("not now");
        return `${server.url}/b`;
      },
    });
    await expect(download.toBytes({ maxBytes: 1e6 })).rejects.toThrow("not now");
    expect((await download.toBytes({ maxBytes: 1e6 })).equals(body)).toBe(true);
    expect(tries).toBe(2);
  });

  it("is not asked for where the refusal has another reason", async () => {
    await using link = await linkTo(() => answer(404, {}), 3600);
    await expect(link.fetchIt()).rejects.toMatchObject({ kind: "not-found" });
    expect(link.renewals()).toBe(0);
  });

  it("does not follow a fresh link to where a link may not lead", async () => {
    await using server = await startScriptedServer([expired]);
    const download = downloadLink({
      url: `${server.url}/a`,
      retry,
      renew: async () => "http://example.com/",
    });
    await expect(download.toBytes({ maxBytes: 9 })).rejects.toMatchObject({ code: "CONFIGURATION" });
    expect(server.requests).toHaveLength(1);
  });
});
