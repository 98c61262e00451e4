import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type RangeFault, type RangeRequest, startRangeServer } from "./__fixtures__/range-server.ts";
import { seededRandom } from "./__fixtures__/seeded-random.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import {
  createDownload,
  createDownloadSet,
  createHttpSettings,
  createLinkSource,
  createLogger,
  createTransport,
  type DownloadLinkOptions,
  downloadLink,
  type FileOptions,
  type ProgressEvent,
  type SavedFile,
} from "./index.ts";

afterEach(() => vi.restoreAllMocks());

vi.setConfig({ testTimeout: 30_000 }); // megabytes, at a set pace, on machines that are busy

const mebibyte = 1024 * 1024;
const bytesOf = (name: string, length = 20 * mebibyte + 4321): Buffer =>
  createHash("shake256", { outputLength: length }).update(name).digest();
const body = bytesOf("parts");
const newer = bytesOf("newer parts");
const slow = 16 * mebibyte;
const retry = { baseDelayMs: 1, maxRetryAfterMs: 50 };
type Fault = (
  request: RangeRequest,
  server: Awaited<ReturnType<typeof startRangeServer>>,
) => RangeFault | undefined | false;

/** Saves the object over 8 connections, and looks at every byte. */
async function save(
  fault: Fault,
  {
    expected = body,
    bytesPerSecond = slow,
    options = {},
    link = {},
  }: {
    expected?: Buffer;
    bytesPerSecond?: number;
    options?: FileOptions;
    link?: Partial<DownloadLinkOptions>;
  } = {},
): Promise<{ saved: SavedFile; requests: readonly RangeRequest[] }> {
  await using folder = await makeTemporaryFolder();
  await using server = await startRangeServer(body, { bytesPerSecond, fault });
  const transport = createTransport();
  const download = downloadLink({ url: server.url, retry, transport, ...link });
  const saved = await download.toFile(folder.file("a"), { connections: 8, ...options });
  expect((await readFile(folder.file("a"))).equals(expected)).toBe(true);
  expect(saved.sha256).toBe(createHash("sha256").update(expected).digest("hex"));
  expect(saved.bytes).toBe(expected.length);
  // A request on a connection that is being cut is not seen by the server.
  expect(saved.attempts).toBeGreaterThanOrEqual(server.requests.length);
  expect(await folder.names()).toEqual(["a"]);
  await transport.close();
  await expect.poll(() => server.sockets.size).toBe(0);
  return { saved, requests: server.requests };
}

const none: Fault = () => undefined;
const later = ({ number }: RangeRequest): boolean => number > 1;

describe("[HTTP-120] toFile over several connections", () => {
  it.each([2, 3, 5, 8, 64])("brings the whole file over %i", async (connections) => {
    const { requests } = await save(none, { options: { connections } });
    expect(requests.length).toBeGreaterThanOrEqual(Math.min(connections, 6));
    for (const { number, ifMatch } of requests) expect(ifMatch).toBe(number > 1 ? '"version-1"' : undefined);
  });

  it.each([8 * mebibyte, 8 * mebibyte + 1, 12 * mebibyte - 1, 9_999_999])(
    "brings %i bytes, each of them once where nothing is slow",
    async (length) => {
      const object = body.subarray(0, length);
      await using folder = await makeTemporaryFolder();
      await using server = await startRangeServer(object, { bytesPerSecond: 4 * slow });
      const saved = await downloadLink({ url: server.url }).toFile(folder.file("a"), { connections: 3 });
      expect((await readFile(folder.file("a"))).equals(object)).toBe(true);
      expect(saved.bytes).toBe(length);
    },
  );

  it("uses no more than it may, and closes all at an abort", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startRangeServer(body, { fault: () => ({ stallAfter: 1000 }) });
    const abort = new AbortController();
    const { signal } = abort;
    const saving = downloadLink({ url: server.url }).toFile(folder.file("a"), { connections: 4, signal });
    const ended = expect(saving).rejects.toBe("enough");
    await expect.poll(() => server.requests.length).toBe(4);
    expect(server.requests.map(({ range }) => range)).toEqual([
      undefined,
      `bytes=${6 * mebibyte}-${12 * mebibyte - 1}`,
      `bytes=${12 * mebibyte}-${18 * mebibyte - 1}`,
      `bytes=${18 * mebibyte}-${body.length - 1}`,
    ]);
    abort.abort("enough");
    await ended;
    await expect.poll(() => server.sockets.size).toBe(0);
    expect(server.requests).toHaveLength(4);
  });

  it.each<[string, RangeFault, Partial<DownloadLinkOptions>?]>([
    ["has no validator", { headers: { etag: "" } }],
    ["has a weak ETag", { headers: { etag: 'W/"1"' } }],
    ["has no length", { headers: { "transfer-encoding": "chunked" } }],
    ["gives no ranges", { headers: { "accept-ranges": "none" } }],
  ])("uses one where the object %s", async (_, fault) => {
    const chunked = "transfer-encoding" in (fault.headers ?? {});
    await using folder = await makeTemporaryFolder();
    await using server = await startRangeServer(body, {
      bytesPerSecond: 2 * slow,
      fault: () => (chunked ? { chunked } : fault),
    });
    await downloadLink({ url: server.url }).toFile(folder.file("a"), { connections: 8 });
    expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ["is asked for at a pace", { pace: async () => {} }],
    ["comes only once", { repeat: "never" as const }],
  ])("uses one where the file %s", async (_, change) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startRangeServer(body, { bytesPerSecond: 2 * slow });
    const settings = createHttpSettings({});
    const source = { ...createLinkSource(server.url, { operation: "Get", settings }), ...change };
    await createDownload(source).toFile(folder.file("a"), { connections: 8 });
    expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it.each([[0], [65], [1.5]])("refuses %d of them", async (connections) => {
    const saving = downloadLink({ url: "http://127.0.0.1:9/" }).toFile("a", { connections });
    await expect(saving).rejects.toMatchObject({ code: "CONFIGURATION", option: "connections" });
  });
});

describe("[HTTP-121] what befalls one of several connections", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  it.each([1, 2, 3, 4])(`a cut of every third, anywhere (seed ${seed}, run %i)`, async (run) => {
    const random = seededRandom(seed + run * 1000);
    const { requests } = await save(({ number }) => {
      const cutAfter = Math.floor(random() * 4 * mebibyte);
      return number % 3 === run % 3 && number < 20 && { cutAfter };
    });
    expect(requests.length).toBeGreaterThan(6);
  });

  it.each([1, 2, 3, 4])(`any of it, at any time, to any (seed ${seed}, run %i)`, async (run) => {
    const random = seededRandom(seed + run * 7000);
    const below = (bound: number): number => Math.floor(random() * bound);
    const most = 2 + below(3);
    await save(
      ({ atOnce, number }) => {
        const fates: readonly (RangeFault | false)[] = [
          { cutAfter: below(4 * mebibyte) },
          { status: 503 },
          { partBytes: 1 + below(3 * mebibyte) },
          { bytesPerSecond: mebibyte * (1 + below(30)) },
          { cutAfter: 0 },
          false,
        ];
        const fate = number < 60 && fates[below(fates.length)];
        return atOnce > most ? { cutAfter: 0 } : fate;
      },
      { options: { connections: 2 + below(7) }, link: { retry: { ...retry, maxAttempts: 20 } } },
    );
  });

  it("a cut of the first", async () => {
    const { requests } = await save(({ number }) => number === 1 && { cutAfter: mebibyte });
    const [, ...rest] = requests;
    expect(rest.some(({ from }) => from === mebibyte)).toBe(true);
  });

  it("silence of a part", async () => {
    await save(({ number }) => number === 3 && { stallAfter: 100_000 }, { options: { stallTimeoutMs: 400 } });
  });

  it("silence of the first", async () => {
    await save(({ number }) => number === 1 && { stallAfter: 100_000 }, { options: { stallTimeoutMs: 400 } });
  });

  it("silence of the first before its first byte: its part is fetched on the same condition", async () => {
    const silence = { stallAfter: 0 };
    const { requests } = await save(({ number }) => number === 1 && silence, {
      options: { stallTimeoutMs: 400 },
    });
    const [again] = requests.filter(({ from, range }) => from === 0 && range !== undefined);
    expect(again?.ifMatch).toBe('"version-1"');
  });

  it("a short part", async () => {
    await save((request) => later(request) && request.number % 2 === 0 && { partBytes: 777_777 });
  });

  it.each([429, 503])("%i for some, with Retry-After", async (status) => {
    const refused = { status, headers: { "retry-after": "7" } };
    await save(({ number }) => number > 1 && number < 5 && refused);
  });

  it.each([429, 503])("%i for all beyond two at once", async (status) => {
    await save(({ atOnce }) => atOnce > 2 && { status });
  });

  it("a connection that is closed at once, for all beyond two", async () => {
    await save(({ atOnce }) => atOnce > 2 && { cutAfter: 0 });
  });

  it("being slow: others take half of its part", async () => {
    const startedAt = performance.now();
    const { requests } = await save(({ number }) => number === 2 && { bytesPerSecond: mebibyte / 2 });
    expect(performance.now() - startedAt).toBeLessThan(6000); // alone it would take 8 seconds
    const part = requests[1];
    expect(requests.slice(2).some(({ from }) => from > (part?.from ?? 0) && from < (part?.end ?? 0))).toBe(
      true,
    );
  });

  it("a link that expires is renewed once for all", async () => {
    let renewals = 0;
    const url = (server: { url: string }, number: number): string => `${server.url}?Signature=s${number}`;
    await using folder = await makeTemporaryFolder();
    await using server = await startRangeServer(body, {
      bytesPerSecond: slow,
      fault: (request) =>
        later(request) && request.path.endsWith("s0") && { status: 403, text: "Request has expired" },
    });
    const download = downloadLink({
      url: url(server, 0),
      renew: async () => url(server, ++renewals),
    });
    await download.toFile(folder.file("a"), { connections: 8 });
    expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
    expect(renewals).toBe(1);
  });

  it("all of them fail: the error is that of the last, and the same call goes on", async () => {
    await using folder = await makeTemporaryFolder();
    let isDown = true;
    await using server = await startRangeServer(body, {
      bytesPerSecond: slow,
      fault: (request) => isDown && (later(request) ? { status: 503 } : { cutAfter: 2 * mebibyte }),
    });
    const save = () => downloadLink({ url: server.url, retry }).toFile(folder.file("a"), { connections: 3 });
    await expect(save()).rejects.toMatchObject({ code: "SERVICE_SERVER" });
    isDown = false;
    expect((await save()).resumedFromByte).toBe(2 * mebibyte);
    expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
  });
});

describe("[HTTP-122] a part that is none", () => {
  it.each<[string, RangeFault]>([
    ["200 in its place", { ignoresRange: true }],
    ["a shifted one", { shiftBy: 1 }],
    ["one that does not say which", { headers: { "content-range": "bytes x" } }],
    ["416", { status: 416, headers: { "content-range": "bytes */20975841" } }],
    ["403", { status: 403 }],
    ["404", { status: 404 }],
    ["gzip", { headers: { "content-encoding": "gzip" } }],
    ["a page", { ignoresRange: true, headers: { "content-type": "text/html" } }],
  ])("%s: the first connection goes on alone, or the file begins anew", async (_, fault) => {
    const { requests } = await save((request) => request.range !== undefined && request.from > 0 && fault);
    expect(requests.length).toBeLessThanOrEqual(9);
  });

  it.each<[string, RangeFault]>([
    ["412", { status: 412 }],
    ["one with another ETag", { headers: { etag: '"another"' } }],
    ["one of another length in all", { headers: { "content-range": "bytes 4194304-8388607/9999999" } }],
  ])("%s: the file begins anew, over one connection", async (_, fault) => {
    const { requests } = await save(
      (request) => later(request) && request.number < 9 && request.from > 0 && fault,
    );
    const anew = requests.slice(1).findIndex(({ range }) => range === undefined) + 1;
    expect(anew).toBeGreaterThan(0);
    // Those that were on their way, and none that was sent after it.
    expect(requests.length).toBeLessThanOrEqual(1 + 8);
  });

  it.each([2, 4, 7])("of the object that replaced it before request %i", async (number) => {
    await save(
      (request, server) => {
        if (request.number === number) server.object = { body: newer, etag: '"version-2"' };
        return undefined;
      },
      { expected: newer, bytesPerSecond: 8 * mebibyte },
    );
  });
});

describe("[HTTP-122] a first connection that is silent before its first byte", () => {
  it("does not bring the beginning of another object than the others", async () => {
    await save(
      ({ number, from }, server) => {
        // The others have come to their ends when the beginning is asked for again.
        if (number > 6 && from === 0) server.object = { body: newer, etag: '"version-2"' };
        return number === 1 && { stallAfter: 0 };
      },
      { expected: newer, options: { stallTimeoutMs: 1000 } },
    );
  });

  it("leaves nothing of what the others brought behind the end of a shorter object", async () => {
    const shorter = bytesOf("shorter", 1000);
    await save(
      ({ number }, server) => {
        // The others have come to their ends, and ask for half of what the first does not bring.
        if (number > 6) server.object = { body: shorter, etag: '"version-2"' };
        return number === 1 && { stallAfter: 0 };
      },
      { expected: shorter },
    );
  });
});

describe("[HTTP-124] over all connections", () => {
  it.each([1, 2, 3])("an abort once the first has brought its part ends the others, run %i", async (run) => {
    await using folder = await makeTemporaryFolder();
    const abort = new AbortController();
    await using server = await startRangeServer(body, {
      bytesPerSecond: 2 * slow,
      fault: (request) => later(request) && { stallAfter: run * 300_000 },
    });
    const ended = downloadLink({ url: server.url, retry }).toFile(folder.file("a"), {
      connections: 3,
      signal: abort.signal,
      stallTimeoutMs: 60_000,
    });
    const rejected = expect(ended).rejects.toBe("enough");
    // The first goes on until it meets a part that others have, and takes half of what they do not bring.
    await expect.poll(() => server.requests.length, { timeout: 4000 }).toBeGreaterThan(3);
    abort.abort("enough");
    await rejected;
    await expect.poll(() => server.sockets.size).toBe(0);
    expect((await folder.names()).length).toBe(2);
  });

  it("progress tells the bytes of all, and never goes back", async () => {
    const events: ProgressEvent[] = [];
    await save(none, { options: { onProgress: (event) => events.push(event) } });
    const counts = events.map(({ bytes }) => bytes);
    expect(counts).toEqual([...counts].sort((one, other) => one - other));
    expect(counts.at(-1)).toBe(body.length);
    expect(events.some(({ bytes }) => bytes > 0 && bytes < body.length)).toBe(true);
  });

  it("a rate is that of all", async () => {
    const startedAt = performance.now();
    await save(none, { options: { maxBytesPerSecond: slow, connections: 4 } });
    expect(performance.now() - startedAt).toBeGreaterThan((1000 * (body.length - 5 * mebibyte)) / slow);
  });

  it("a disk that fills up ends all, and the same call goes on", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startRangeServer(body, { bytesPerSecond: slow });
    const handle = await open(folder.path, "r");
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    const writev = prototype.writev;
    let writes = 0;
    const full = vi.spyOn(prototype, "writev").mockImplementation(function (
      this: unknown,
      ...args: unknown[]
    ) {
      if (++writes > 12) throw Object.assign(new Error("full"), { code: "ENOSPC", syscall: "write" });
      return writev.apply(this, args);
    });
    const save = () => downloadLink({ url: server.url, retry }).toFile(folder.file("a"), { connections: 4 });
    await expect(save()).rejects.toMatchObject({ code: "DISK_FULL" });
    full.mockRestore();
    // One that had just brought the whole of a part is kept for a few seconds.
    await expect.poll(() => server.sockets.size).toBe(0);
    expect((await save()).resumedFromByte).toBeGreaterThan(0);
    expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
  });
});

it("[HTTP-120] of a set the connections that no file needs are for the others", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startRangeServer(body, { bytesPerSecond: slow });
  const set = createDownloadSet({
    logger: createLogger(undefined),
    identity: async () => ({ service: "test", host: "h", ids: ["set"] }),
    list: async () =>
      ["a", "b"].map((fileName) => ({
        fileName,
        download: downloadLink({ url: `${server.url}/${fileName}` }),
      })),
  });
  const { files } = await set.toDirectory(folder.file("out"), { connections: 5 });
  const sha256 = createHash("sha256").update(body).digest("hex");
  expect(files.map((file) => file.sha256)).toEqual([sha256, sha256]);
  for (const name of ["a", "b"]) {
    const own = server.requests.filter(({ path }) => path.endsWith(`/${name}`));
    expect(own.filter(({ range }) => range !== undefined).length).toBeGreaterThan(0);
  }
});
