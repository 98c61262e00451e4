import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { appendFile, readFile, truncate, unlink, writeFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { cutObject, type ObjectHeaders, objectAnswer } from "./__fixtures__/object-server.ts";
import {
  type Answer,
  answer,
  head,
  type ScriptedServer,
  startScriptedServer,
} from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { type Download, type DownloadLinkOptions, downloadLink, type Logger } from "./index.ts";

/** The beginning of an object of which the length is not told. */
const cutChunk =
  (bytes: Buffer, etag: string): Answer =>
  (socket) => {
    socket.write(head(200, { "transfer-encoding": "chunked", etag }));
    socket.end(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]));
  };
const body = createHash("shake256", { outputLength: 1_500_000 }).update("resume").digest();
const other = createHash("shake256", { outputLength: 1_500_000 }).update("another").digest();
const sha256 = createHash("sha256").update(body).digest("hex");
const cutAt = 1_000_000;
const etag = '"e1"';
const longAgo = new Date(Date.now() - 3_600_000).toUTCString();

/** What an interrupted download left in its folder. */
interface Remains {
  readonly folder: TemporaryFolder;
  readonly server: ScriptedServer;
  readonly download: Download;
  readonly part: string;
  readonly journal: string;
  /** The same call again: the saved bytes, and the ranges that were asked for. */
  again(): Promise<{
    bytes: Buffer;
    ranges: (string | undefined)[];
    resumedFromByte: number;
    attempts: number;
  }>;
}

async function interrupted(
  run: (remains: Remains) => Promise<void>,
  {
    headers = { etag },
    later = [objectAnswer(body, headers)],
    options = {},
  }: { headers?: ObjectHeaders; later?: Answer[]; options?: Partial<DownloadLinkOptions> } = {},
): Promise<void> {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([cutObject(body, cutAt, headers), ...later]);
  const download = downloadLink({ url: `${server.url}/a.bin`, retry: false, ...options });
  const target = folder.file("a.bin");
  await expect(download.toFile(target)).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  const [journal = "", part = ""] = await folder.names();
  expect([journal, part]).toEqual([
    expect.stringMatching(/^\.cloudhaul-[0-9a-f]{16}\.journal$/),
    expect.stringMatching(/^\.cloudhaul-[0-9a-f]{16}\.part$/),
  ]);
  await run({
    folder,
    server,
    download,
    part: folder.file(part),
    journal: folder.file(journal),
    async again() {
      const { resumedFromByte, attempts, ...saved } = await download.toFile(target);
      expect(await folder.names()).toEqual(["a.bin"]);
      expect(saved.sha256).toBe(
        createHash("sha256")
          .update(await readFile(target))
          .digest("hex"),
      );
      const ranges = server.requests.slice(1).map((request) => request.headers.range);
      return { bytes: await readFile(target), ranges, resumedFromByte, attempts };
    },
  });
}

const record = (journal: string, change: object) => appendFile(journal, `${JSON.stringify(change)}\n`);
const checkpoint = (bytes: number) => ({ bytes, crc32: crc32(body.subarray(0, bytes)) });

async function zero(path: string, from: number, to: number): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, bytes.fill(0, from, to));
}

describe("[HTTP-25] toFile, called again after an interruption", () => {
  it.each<[string, ObjectHeaders, Record<string, string>]>([
    ["a strong ETag", { etag, "last-modified": longAgo }, { "if-match": etag }],
    ["a date", { "last-modified": longAgo }, { "if-unmodified-since": longAgo }],
    [
      "a date beside a weak ETag",
      { etag: 'W/"1"', "last-modified": longAgo },
      { "if-unmodified-since": longAgo },
    ],
  ])("goes on where it was, under %s", async (_, headers, condition) => {
    await interrupted(
      async ({ server, again }) => {
        const { bytes, ranges, resumedFromByte, attempts } = await again();
        expect(bytes.equals(body)).toBe(true);
        expect({ ranges, resumedFromByte, attempts }).toEqual({
          ranges: [`bytes=${cutAt}-`],
          resumedFromByte: cutAt,
          attempts: 1,
        });
        expect(server.requests[1]?.headers).toMatchObject(condition);
      },
      { headers },
    );
  });

  it.each<[string, (remains: Remains) => Promise<void>, (string | undefined)[]]>([
    [
      "the last line of its journal is cut",
      ({ journal }) => appendFile(journal, '{"written":{"byt'),
      [`bytes=${cutAt}-`],
    ],
    [
      "bytes follow the last that were noted",
      ({ part }) => appendFile(part, Buffer.alloc(1_000_000, "never noted")),
      [`bytes=${cutAt}-`],
    ],
    [
      "a power cut zeroed what was not flushed",
      async ({ part, journal }) => {
        await record(journal, { synced: checkpoint(500_000) });
        await zero(part, 700_000, cutAt);
      },
      [`bytes=${cutAt}-`, "bytes=500000-"],
    ],
    [
      "a power cut took what was not flushed",
      async ({ part, journal }) => {
        await record(journal, { synced: checkpoint(500_000) });
        await truncate(part, 600_000);
      },
      [`bytes=${cutAt}-`, "bytes=500000-"],
    ],
    [
      "the flushed bytes are no longer right",
      ({ part }) => zero(part, 10, 20),
      [`bytes=${cutAt}-`, undefined],
    ],
    ["its file is gone", ({ part }) => unlink(part), [undefined]],
    ["nothing proves the object", ({ journal }) => record(journal, { validators: {} }), [undefined]],
    ["its bytes are gone", ({ part }) => truncate(part, 0), [`bytes=${cutAt}-`, undefined]],
    [
      "its journal is of another version",
      async ({ journal }) =>
        writeFile(
          journal,
          (await readFile(journal, "utf8")).replace('"formatVersion":1', '"formatVersion":2'),
        ),
      [undefined],
    ],
    [
      "its journal is damaged, and its bytes are more than the file has",
      ({ part, journal }) => appendFile(part, body).then(() => writeFile(journal, "\u0000\u0000")),
      [undefined],
    ],
    [
      "its journal is of another file",
      ({ journal }) => record(journal, { source: "link://h/other" }),
      [undefined],
    ],
    [
      "nothing had come",
      ({ journal }) => record(journal, { written: checkpoint(0), synced: checkpoint(0) }),
      [undefined],
    ],
  ])("is right where %s", async (_, spoil, expectedRanges) => {
    await interrupted(async (remains) => {
      await spoil(remains);
      const { bytes, ranges, resumedFromByte } = await remains.again();
      expect(bytes.equals(body)).toBe(true);
      expect(ranges).toEqual(expectedRanges);
      expect(resumedFromByte).toBe(Number(/\d+/.exec(expectedRanges.at(-1) ?? "")?.[0] ?? 0));
    });
  });

  it("starts again where the object is another", async () => {
    await interrupted(
      async ({ again }) => {
        const { bytes, ranges, resumedFromByte } = await again();
        expect(bytes.equals(other)).toBe(true);
        expect(ranges).toEqual([`bytes=${cutAt}-`, undefined]);
        expect(resumedFromByte).toBe(0);
      },
      { later: [objectAnswer(other, { etag: '"e2"' })] },
    );
  });

  it("notes the object by which another was replaced in the middle", async () => {
    await using folder = await makeTemporaryFolder();
    const changed = { etag: '"e2"' };
    await using server = await startScriptedServer([
      cutObject(body, cutAt, { etag }),
      answer(412, {}, ""),
      cutObject(other, cutAt, changed),
      objectAnswer(other, changed),
    ]);
    const download = downloadLink({ url: server.url, retry: { maxAttempts: 2, baseDelayMs: 1 } });
    await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(await download.toFile(folder.file("a"))).toMatchObject({ resumedFromByte: cutAt, etag: '"e2"' });
    expect((await readFile(folder.file("a"))).equals(other)).toBe(true);
    expect(server.requests[3]?.headers).toMatchObject({ range: `bytes=${cutAt}-`, "if-match": '"e2"' });
  });

  it("loses no firm point by a run that did not get as far as reading it back", async () => {
    await interrupted(
      async ({ part, journal, download, folder, again }) => {
        await record(journal, { synced: checkpoint(500_000) });
        await zero(part, 700_000, cutAt);
        await expect(download.toFile(folder.file("a.bin"))).rejects.toMatchObject({ code: "SERVICE_SERVER" });
        const { bytes, ranges } = await again();
        expect(bytes.equals(body)).toBe(true);
        expect(ranges).toEqual([`bytes=${cutAt}-`, `bytes=${cutAt}-`, "bytes=500000-"]);
      },
      { later: [answer(503, {}, "{}"), objectAnswer(body, { etag })] },
    );
  });

  it("has nothing to take up without a validator", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutObject(body, cutAt), objectAnswer(body)]);
    const download = downloadLink({ url: server.url, retry: false });
    await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(await folder.names()).toEqual([]);
  });

  it("takes up no bytes for another target, nor from another source", async () => {
    await interrupted(async ({ folder, server, download }) => {
      await download.toFile(folder.file("b.bin"));
      await downloadLink({ url: `${server.url}/other.bin`, retry: false }).toFile(folder.file("a.bin"));
      expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, undefined, undefined]);
    });
  });

  it("says that it starts again because of a journal of another version", async () => {
    const warnings: string[] = [];
    const ignore = () => {};
    const logger: Logger = {
      debug: ignore,
      info: ignore,
      error: ignore,
      warn: (text) => void warnings.push(text),
    };
    await interrupted(
      async ({ journal, again }) => {
        await writeFile(journal, '{"formatVersion":99}\n');
        await again();
        expect(warnings).toContainEqual(expect.stringMatching(/another version/));
      },
      { options: { logger } },
    );
  });

  it("checks the digest of the whole file, not of the part that it fetched", async () => {
    const wrong = { etag: `"${"0".repeat(32)}"`, "x-obs-request-id": "r" };
    await interrupted(
      async ({ folder, download }) => {
        const failure = download.toFile(folder.file("a.bin"));
        await expect(failure).rejects.toMatchObject({ code: "INTEGRITY_DIGEST" });
        expect(await folder.names()).toEqual([expect.stringMatching(/\.part$/)]);
      },
      { headers: wrong },
    );
    const right = { etag: `"${createHash("md5").update(body).digest("hex")}"`, "x-obs-request-id": "r" };
    await interrupted(async ({ again }) => expect((await again()).resumedFromByte).toBe(cutAt), {
      headers: right,
    });
  });

  it("is complete where nothing was missing but the end", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      cutObject(Buffer.concat([body, Buffer.alloc(1)]), body.length, { etag }),
      objectAnswer(body, { etag }),
    ]);
    const download = downloadLink({ url: server.url, retry: false });
    await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    const [journal = ""] = await folder.names();
    await record(folder.file(journal), { validators: { etag, totalBytes: body.length } });
    expect(await download.toFile(folder.file("a"))).toMatchObject({ sha256, attempts: 1 });
    expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
    expect(server.requests[1]?.headers.range).toBe(`bytes=${body.length}-`);
  });

  it("closes the connection of a rest that it cannot use", async () => {
    const big = Buffer.concat([body, Buffer.alloc(4_000_000)]);
    const range = { "content-range": `bytes ${cutAt}-${big.length - 1}/${big.length}` };
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      cutObject(big, cutAt, { etag }),
      answer(206, { ...range, etag: '"e2"' }, big.subarray(cutAt)),
      objectAnswer(big, { etag: '"e2"' }),
    ]);
    await downloadLink({ url: server.url, retry: { baseDelayMs: 1 } }).toFile(folder.file("a"));
    expect(server.requests).toHaveLength(3);
    // The one of the last request may be used again.
    await expect.poll(() => server.connections.size).toBeLessThan(2);
  });

  it("reads nothing of the page of a 416: it is not the file's", async () => {
    await using folder = await makeTemporaryFolder();
    const page = { "content-range": "bytes */0", "content-type": "application/xml", etag: '"page"' };
    await using server = await startScriptedServer([answer(416, page, "<Error/>".repeat(500_000))]);
    const download = downloadLink({ url: `${server.url}/a?Expires=9999999999` });
    expect(await download.toFile(folder.file("a"))).toMatchObject({
      bytes: 0,
      totalBytes: undefined,
      contentType: undefined,
      etag: undefined,
    });
    await expect.poll(() => server.connections.size).toBe(0);
  });

  it("asks for the bytes before an end that it has already, where they are no longer right", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      cutObject(Buffer.concat([body, Buffer.alloc(1)]), body.length, { etag }),
      objectAnswer(body, { etag }),
    ]);
    const download = downloadLink({ url: server.url, retry: false });
    await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    const [journal = "", part = ""] = await folder.names();
    await record(folder.file(journal), {
      validators: { etag, totalBytes: body.length },
      synced: checkpoint(500_000),
    });
    await zero(folder.file(part), 600_000, 700_000);
    expect(await download.toFile(folder.file("a"))).toMatchObject({ sha256, attempts: 2 });
    const ranges = server.requests.map(({ headers }) => headers.range);
    expect(ranges).toEqual([undefined, `bytes=${body.length}-`, "bytes=500000-"]);
  });

  it("closes the connection of a rest that begins behind the last right byte", async () => {
    const big = Buffer.concat([body, Buffer.alloc(4_000_000)]);
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      cutObject(big, cutAt, { etag }),
      objectAnswer(big, { etag }),
    ]);
    const download = downloadLink({ url: server.url, retry: false });
    await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    const [, part = ""] = await folder.names();
    await zero(folder.file(part), 10, 20);
    await download.toFile(folder.file("a"));
    expect((await readFile(folder.file("a"))).equals(big)).toBe(true);
    await expect.poll(() => server.connections.size).toBeLessThan(2);
  });

  it("keeps the name that the server gave at first, in a folder", async () => {
    await using folder = await makeTemporaryFolder();
    const named = { etag, "content-disposition": "attachment; filename=named.bin" };
    await using server = await startScriptedServer([
      cutObject(body, cutAt, named),
      objectAnswer(body, { etag }),
    ]);
    const download = downloadLink({ url: `${server.url}/unnamed`, retry: false });
    await expect(download.toFile(`${folder.path}/`)).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    const saved = await download.toFile(`${folder.path}/`);
    expect(saved).toMatchObject({ path: folder.file("named.bin"), resumedFromByte: cutAt, sha256 });
  });

  it("refuses a file that the disk has no room for, before it fetches it", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      answer(200, { "content-length": "99999999999999", etag }, "x"),
    ]);
    const failure = downloadLink({ url: server.url, retry: false }).toFile(folder.file("a"));
    await expect(failure).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(await folder.names()).toEqual([]);
    await expect.poll(() => server.connections.size).toBe(0);
  });
});

describe("[HTTP-27] toFile, called again after a crash between the last check and the clean-up", () => {
  const published = (at = Date.now()) => ({
    stage: "publishing",
    published: { path: "a.bin", bytes: body.length, sha256, at },
  });
  const minutes = 60_000;

  it("gives the whole file its name, and fetches nothing", async () => {
    await interrupted(async ({ server, part, journal, again }) => {
      await writeFile(part, body);
      await record(journal, published());
      const { bytes, attempts } = await again();
      expect(bytes.equals(body)).toBe(true);
      expect(attempts).toBe(0);
      expect(server.requests).toHaveLength(1);
    });
  });

  it("finds that it had its name already, and says so instead of TARGET_EXISTS", async () => {
    await interrupted(async ({ folder, server, part, journal, again }) => {
      await writeFile(folder.file("a.bin"), body);
      await writeFile(part, body);
      await record(journal, published());
      expect((await again()).attempts).toBe(0);
      expect(server.requests).toHaveLength(1);
    });
  });

  it("finds the same however long ago, where its name need not be replaced", async () => {
    await interrupted(async ({ folder, server, part, journal, again }) => {
      await writeFile(folder.file("a.bin"), body);
      await unlink(part);
      await record(journal, published(Date.now() - 11 * minutes));
      expect((await again()).attempts).toBe(0);
      expect(server.requests).toHaveLength(1);
    });
  });

  it("fetches the file anew, after so long, where it is to replace the one that is there", async () => {
    await interrupted(async ({ folder, server, download, part, journal }) => {
      await writeFile(folder.file("a.bin"), body);
      await unlink(part);
      await record(journal, published(Date.now() - 11 * minutes));
      const saved = await download.toFile(folder.file("a.bin"), { overwrite: true });
      expect(saved).toMatchObject({ attempts: 1, sha256 });
      expect(server.requests).toHaveLength(2);
      expect(await folder.names()).toEqual(["a.bin"]);
    });
  });

  it("does not take a file of other bytes for it, however old its journal", async () => {
    await interrupted(async ({ folder, server, download, part, journal }) => {
      await writeFile(folder.file("a.bin"), other);
      await unlink(part);
      await record(journal, published(Date.now() - 11 * minutes));
      const again = download.toFile(folder.file("a.bin"));
      await expect(again).rejects.toMatchObject({ code: "TARGET_EXISTS" });
      expect((await readFile(folder.file("a.bin"))).equals(other)).toBe(true);
      expect(server.requests).toHaveLength(1);
    });
  });

  it("keeps the whole file where its name was taken at the last moment", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const path = folder.file("a.bin");
    const download = downloadLink({ url: server.url, retry: false });
    const failed = download.toFile(path, {
      onProgress: ({ phase }) => void (phase === "saving" && writeFileSync(path, "mine")),
    });
    await expect(failed).rejects.toMatchObject({ code: "TARGET_EXISTS" });
    expect(await readFile(path, "utf8")).toBe("mine");
    await unlink(path);
    expect(await download.toFile(path)).toMatchObject({ attempts: 0, sha256 });
    expect((await readFile(path)).equals(body)).toBe(true);
    expect(await folder.names()).toEqual(["a.bin"]);
    expect(server.requests).toHaveLength(1);
  });

  it("does not replace a file that has taken the name meanwhile", async () => {
    await interrupted(async ({ folder, server, download, part, journal }) => {
      await writeFile(folder.file("a.bin"), "mine");
      await writeFile(part, body);
      await record(journal, published());
      const again = download.toFile(folder.file("a.bin"));
      await expect(again).rejects.toMatchObject({ code: "TARGET_EXISTS" });
      expect(await readFile(folder.file("a.bin"), "utf8")).toBe("mine");
      expect(await download.toFile(folder.file("a.bin"), { overwrite: true })).toMatchObject({ attempts: 0 });
      expect((await readFile(folder.file("a.bin"))).equals(body)).toBe(true);
      expect(server.requests).toHaveLength(1);
    });
  });

  it.each<[string, (remains: Remains) => Promise<void>]>([
    [
      "has other bytes",
      ({ part, journal }) => writeFile(part, other).then(() => record(journal, published())),
    ],
    ["is shorter", ({ part, journal }) => truncate(part, 5).then(() => record(journal, published()))],
    [
      "was checked so long ago that the object may be another",
      ({ part, journal }) =>
        writeFile(part, body).then(() => record(journal, published(Date.now() - 11 * minutes))),
    ],
  ])("asks the server where the file %s", async (_, spoil) => {
    await interrupted(async (remains) => {
      await spoil(remains);
      expect((await remains.again()).bytes.equals(body)).toBe(true);
      expect(remains.server.requests.length).toBeGreaterThan(1);
    });
  });

  it("checks the bytes anew where another digest is expected than they were found to have", async () => {
    await interrupted(async ({ folder, part, journal, download }) => {
      await writeFile(part, body);
      await record(journal, published());
      const failed = download.toFile(folder.file("a.bin"), { sha256: "0".repeat(64) });
      await expect(failed).rejects.toMatchObject({ code: "INTEGRITY_DIGEST" });
    });
  });

  it("goes no way out of the folder", async () => {
    await interrupted(async ({ folder, part, journal, download }) => {
      await writeFile(part, body);
      await record(journal, {
        ...published(),
        published: { ...published().published, path: "../../x/a.bin" },
      });
      const saved = await download.toFile(folder.file("a.bin"));
      expect(saved.path).toBe(folder.file("a.bin"));
    });
  });
});

it("[HTTP-25] the length of a file that came without one is learnt from its rest", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([
    cutChunk(body.subarray(0, cutAt), etag),
    objectAnswer(body, { etag }),
  ]);
  const download = downloadLink({ url: server.url, retry: { baseDelayMs: 1 } });
  const saved = await download.toFile(folder.file("a"));
  expect(saved).toMatchObject({ bytes: body.length, totalBytes: body.length, attempts: 2, sha256 });
});

it("[HTTP-25] a rest of which only half is brought is asked for again from there", async () => {
  await using folder = await makeTemporaryFolder();
  const half = cutAt + 100_000;
  const range = { etag, "content-range": `bytes ${cutAt}-${half - 1}/${body.length}` };
  await using server = await startScriptedServer([
    cutObject(body, cutAt, { etag }),
    answer(206, range, body.subarray(cutAt, half)),
    objectAnswer(body, { etag }),
  ]);
  const download = downloadLink({ url: server.url, retry: { baseDelayMs: 1 } });
  const saved = await download.toFile(folder.file("a"));
  expect(saved).toMatchObject({ bytes: body.length, attempts: 3, sha256 });
  expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
  expect(server.requests.at(-1)?.headers.range).toBe(`bytes=${half}-`);
});

it("[HTTP-25] cuts are counted anew as often as some of the file has come", async () => {
  await using folder = await makeTemporaryFolder();
  const cutSoon: Answer = (socket, request) => {
    const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
    const range = { etag, "content-range": `bytes ${from}-${body.length - 1}/${body.length}` };
    socket.write(head(206, { ...range, "content-length": String(body.length - from) }));
    socket.end(body.subarray(from, from + 150_000));
  };
  await using server = await startScriptedServer([cutObject(body, 150_000, { etag }), cutSoon]);
  const download = downloadLink({ url: server.url, retry: { baseDelayMs: 1, maxAttempts: 2 } });
  const saved = await download.toFile(folder.file("a"));
  expect(saved).toMatchObject({ bytes: body.length, attempts: 10, sha256 });
});
