import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type Answer, answer, cutAnswer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import {
  createDownload,
  createHttpSettings,
  createLinkSource,
  type Destination,
  type Download,
  downloadLink,
  IntegrityError,
  OnceOnlyDownloadError,
  type ProgressEvent,
  type RepeatClass,
  type TransferResult,
  type Transport,
  TransportError,
} from "./index.ts";

const body = randomBytes(3 * 1024 * 1024);
const sha256 = createHash("sha256").update(body).digest("hex");
const whole = answer(200, {}, body);
const retry = { baseDelayMs: 1 };

/** A download of another repeat class than a link's. */
function downloadOfClass(repeat: RepeatClass, url: string): Download {
  const settings = createHttpSettings({ retry });
  const source = createLinkSource(url, { operation: "DownloadAssetArchive", settings, content: "unknown" });
  return createDownload({ ...source, repeat });
}

describe("toFile", () => {
  it("[HTTP-10] saves the whole file under its name, and says what it saved", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      answer(200, { etag: '"e1"', "content-type": "application/zip", "x-request-id": "r-1" }, body),
    ]);
    const path = folder.file("a.zip");
    const saved = await downloadLink({ url: `${server.url}/x/a%20b.zip?Signature=secret-signature` }).toFile(
      path,
    );
    expect(saved).toEqual({
      path,
      bytes: body.length,
      sha256,
      fileName: "a b.zip",
      totalBytes: body.length,
      contentType: "application/zip",
      etag: '"e1"',
      requestId: "r-1",
      source: `link://127.0.0.1:${server.port}/x/a%2520b.zip`,
      attempts: 1,
      resumedFromByte: 0,
      elapsedMs: expect.any(Number),
    });
    expect((await readFile(path)).equals(body)).toBe(true);
    expect(await folder.names()).toEqual(["a.zip"]);
    expect(server.requests[0]?.headers).toMatchObject({ "accept-encoding": "identity" });
  });

  it("saves an empty file, and one without a length", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      answer(200, {}, ""),
      (socket) => void socket.write(`${head(200, { "transfer-encoding": "chunked" })}3\r\nabc\r\n0\r\n\r\n`),
    ]);
    expect(await downloadLink({ url: server.url }).toFile(folder.file("empty"))).toMatchObject({
      bytes: 0,
      totalBytes: 0,
    });
    expect(await downloadLink({ url: server.url }).toFile(folder.file("abc"))).toMatchObject({
      bytes: 3,
      totalBytes: undefined,
    });
    expect(await readFile(folder.file("abc"), "utf8")).toBe("abc");
  });

  it.each([
    ["../../etc/passwd", "passwd"],
    ["CON", "_CON"],
    ["..\\evil.zip", "evil.zip"],
  ])("[HTTP-12] a server that names its file %j gets %j, inside the folder", async (name, safe) => {
    await using folder = await makeTemporaryFolder();
    const disposition = `attachment; filename="${name.replaceAll("\\", "\\\\")}"`;
    await using server = await startScriptedServer([
      answer(200, { "content-disposition": disposition }, "x"),
    ]);
    const saved = await downloadLink({ url: server.url }).toFile(`${folder.path}/new/`);
    expect(saved.path).toBe(folder.file(`new/${safe}`));
    expect(await folder.names()).toEqual(["new", `new/${safe}`]);
  });

  const cuts: [string, Answer][] = [0, 1, 1_000_000, body.length - 1].flatMap((sent) => [
    [`FIN after ${sent} bytes`, cutAnswer(body, sent, "fin")],
    [`RST after ${sent} bytes`, cutAnswer(body, sent, "rst")],
  ]);
  it.each([
    ...cuts,
    ["a cut chunk", (socket) => socket.end(`${head(200, { "transfer-encoding": "chunked" })}ff\r\nabc`)] as [
      string,
      Answer,
    ],
    [
      "a missing last chunk",
      (socket) => socket.end(`${head(200, { "transfer-encoding": "chunked" })}3\r\nabc\r\n`),
    ] as [string, Answer],
  ])("[HTTP-10] %s leaves nothing behind", async (_, cut) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cut]);
    const failure = downloadLink({ url: server.url, retry }).toFile(folder.file("a.zip"));
    await expect(failure).rejects.toMatchObject({ code: "CONNECTION_LOST", phase: "body" });
    expect(await folder.names()).toEqual([]);
  });

  it("[HTTP-11] keeps bytes with another digest aside, and says where", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([whole]);
    const wanted = "0".repeat(64);
    const error = await downloadLink({ url: server.url })
      .toFile(folder.file("a.zip"), { sha256: wanted })
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({
      reason: "digest",
      expected: wanted,
      received: sha256,
      code: "INTEGRITY_DIGEST",
    });
    expect((await readFile(error.partialPath)).equals(body)).toBe(true);
    expect(await folder.names()).not.toContain("a.zip");
    await downloadLink({ url: server.url }).toFile(folder.file("a.zip"), { sha256: sha256.toUpperCase() });
    expect(await folder.names()).toContain("a.zip");
  });

  it("[HTTP-21] refuses an encoding that was not asked for", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, { "content-encoding": "gzip" }, body)]);
    const failure = downloadLink({ url: server.url }).toFile(folder.file("a"));
    await expect(failure).rejects.toMatchObject({ code: "INTEGRITY_ENCODING", received: "gzip" });
    await expect.poll(() => server.connections.size).toBe(0);
    expect(await folder.names()).toEqual([]);
  });

  it("[HTTP-13] refuses a taken name before it sends anything, and replaces it only when told to", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([whole]);
    const path = folder.file("a.zip");
    await writeFile(path, "mine");
    const download = downloadLink({ url: server.url });
    await expect(download.toFile(path)).rejects.toMatchObject({ code: "TARGET_EXISTS", path });
    expect(server.requests).toHaveLength(0);
    expect(await readFile(path, "utf8")).toBe("mine");
    await download.toFile(path, { overwrite: true });
    expect((await readFile(path)).equals(body)).toBe(true);
    expect(await folder.names()).toEqual(["a.zip"]);
  });

  it("[HTTP-13] does not replace a file that appears while it runs", async () => {
    await using folder = await makeTemporaryFolder();
    const path = folder.file("a.zip");
    await using server = await startScriptedServer([
      (socket, request) => void writeFile(path, "mine").then(() => whole(socket, request)),
    ]);
    await expect(downloadLink({ url: server.url }).toFile(path)).rejects.toMatchObject({
      code: "TARGET_EXISTS",
    });
    expect(await readFile(path, "utf8")).toBe("mine");
    expect(await folder.names()).toEqual(["a.zip"]);
  });

  it("[HTTP-13] does not take somebody else's file of the same length for its own", async () => {
    await using folder = await makeTemporaryFolder();
    const path = folder.file("a.zip");
    const theirs = Buffer.alloc(body.length, 7);
    const partSize = async (): Promise<number> => {
      const part = (await folder.names()).find((name) => name.endsWith(".part"));
      return part ? (await stat(folder.file(part))).size : 0;
    };
    /** Their file appears when half of ours is there, and so past the first look at the name. */
    const half: Answer = async (socket) => {
      socket.write(head(200, { "content-length": String(body.length) }));
      socket.write(body.subarray(0, body.length / 2));
      await expect.poll(partSize).toBeGreaterThan(0);
      await writeFile(path, theirs);
      socket.write(body.subarray(body.length / 2));
    };
    await using server = await startScriptedServer([half, whole]);
    const download = downloadLink({ url: server.url });
    for (let run = 1; run <= 2; run++) {
      await expect(download.toFile(path, { sha256: "off" })).rejects.toMatchObject({ code: "TARGET_EXISTS" });
      expect((await readFile(path)).equals(theirs)).toBe(true);
    }
    expect((await download.toFile(path, { sha256: "off", overwrite: true })).bytes).toBe(body.length);
    expect((await readFile(path)).equals(body)).toBe(true);
  });

  it("[HTTP-13] keeps the old file when the new one does not arrive", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutAnswer(body, 9, "rst")]);
    await writeFile(folder.file("a.zip"), "mine");
    const download = downloadLink({ url: server.url, retry });
    await expect(download.toFile(folder.file("a.zip"), { overwrite: true })).rejects.toMatchObject({
      code: "CONNECTION_LOST",
    });
    expect(await readFile(folder.file("a.zip"), "utf8")).toBe("mine");
  });

  it("says what the disk refused", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([whole]);
    await writeFile(folder.file("file"), "");
    await mkdir(folder.file("folder"));
    await chmod(folder.file("folder"), 0o777);
    const download = downloadLink({ url: `${server.url}/name` });
    await expect(download.toFile(`${folder.path}/file/below`)).rejects.toMatchObject({
      code: "NOT_A_DIRECTORY",
      name: "FileSystemError",
    });
    await expect(download.toFile(folder.file("n".repeat(300)))).rejects.toMatchObject({
      code: "NAME_TOO_LONG",
    });
    expect((await download.toFile(folder.file("folder"))).path).toBe(folder.file("folder/name"));
  });

  it("[HTTP-15] an abort leaves no file and no connection, and rejects with its reason", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      (socket) => void socket.write(`${head(200, { "content-length": "1000000" })}${"x".repeat(1000)}`),
    ]);
    const abort = new AbortController();
    const reason = new Error("enough");
    const events: ProgressEvent[] = [];
    const running = downloadLink({ url: server.url }).toFile(folder.file("a"), {
      signal: abort.signal,
      onProgress: (event) => {
        events.push(event);
        if (event.phase === "downloading") abort.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(await folder.names()).toEqual([]);
    await expect.poll(() => server.connections.size).toBe(0);
    expect(events.map(({ phase }) => phase)).toContain("connecting");
  });

  it.each([412, 416])("a %i is a refusal where no condition and no range was sent", async (status) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(status, {}, "page")]);
    const failure = downloadLink({ url: server.url }).toFile(folder.file("a"));
    await expect(failure).rejects.toMatchObject({ name: "ServiceError", status });
    expect(server.requests).toHaveLength(1);
  });

  it("[HTTP-18] takes no body that was given up for one that ended", async () => {
    await using folder = await makeTemporaryFolder();
    const transport: Transport = {
      async send() {
        let end = (_: undefined): void => {};
        const ended = new Promise<undefined>((resolve) => {
          end = resolve;
        });
        return {
          status: 200,
          headers: {},
          body: { read: () => ended, cancel: async () => end(undefined) },
        };
      },
      close: async () => {},
    };
    const download = downloadLink({ url: "https://example.invalid/a", transport, retry: false });
    const failure = download.toFile(folder.file("a"), { stallTimeoutMs: 20 });
    await expect(failure).rejects.toMatchObject({ code: "TIMEOUT_BODY" });
    expect(await folder.names()).toEqual([]);
  });

  it("[HTTP-18] gives up a connection that brings nothing", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      (socket) => void socket.write(`${head(200, { "content-length": "9" })}abc`),
    ]);
    const failure = downloadLink({ url: server.url, retry }).toFile(folder.file("a"), {
      stallTimeoutMs: 150,
    });
    await expect(failure).rejects.toMatchObject({ code: "TIMEOUT_BODY", timeoutMs: 150 });
    expect(await folder.names()).toEqual([]);
    await expect.poll(() => server.connections.size).toBe(0);
  });

  it("tells its progress, from connecting to saving", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(503, {}, "{}"), whole]);
    const events: ProgressEvent[] = [];
    const saved = await downloadLink({ url: server.url, retry }).toFile(folder.file("a"), {
      onProgress: (event) => events.push(event),
    });
    expect(saved.attempts).toBe(2);
    expect([...new Set(events.map(({ phase }) => phase))]).toEqual([
      "connecting",
      "waiting",
      "downloading",
      "saving",
    ]);
    expect(events.at(-1)).toMatchObject({
      bytes: body.length,
      totalBytes: body.length,
      attempt: 2,
      source: saved.source,
    });
  });

  it.each([
    [{ stallTimeoutMs: 0 }, "stallTimeoutMs"],
    [{ sha256: "md5" }, "sha256"],
    [{ overwrite: "yes" }, "overwrite"],
    [{ parallel: 8 }, "parallel"],
  ])("[HTTP-22] refuses the option %j", async (options, option) => {
    const failure = downloadLink({ url: "http://127.0.0.1:9/" }).toFile("never-written", options as never);
    await expect(failure).rejects.toMatchObject({ code: "CONFIGURATION", option });
  });
});

describe("toStream", () => {
  it("gives the bytes and what the headers said", async () => {
    await using server = await startScriptedServer([
      answer(200, { "content-disposition": "attachment; filename=s.zip" }, body),
    ]);
    const stream = await downloadLink({ url: server.url }).toStream();
    expect(stream.info).toMatchObject({ fileName: "s.zip", totalBytes: body.length });
    expect(Buffer.concat(await stream.toArray()).equals(body)).toBe(true);
  });

  it("[HTTP-14] ends with an error, never short", async () => {
    await using server = await startScriptedServer([cutAnswer(body, 1_000_000, "fin")]);
    const stream = await downloadLink({ url: server.url, retry }).toStream();
    await expect(stream.toArray()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    // Without a validator nothing can be joined to what was delivered: starting again would deliver it twice.
    expect(server.requests).toHaveLength(1);
  });

  it("[HTTP-14] ends with an error when the digest is another", async () => {
    await using server = await startScriptedServer([whole]);
    const stream = await downloadLink({ url: server.url }).toStream({ sha256: "0".repeat(64) });
    await expect(stream.toArray()).rejects.toMatchObject({ code: "INTEGRITY_DIGEST" });
  });

  it("[HTTP-15] closes its connection when its reader leaves early, or aborts", async () => {
    await using server = await startScriptedServer([
      (socket) => void socket.write(`${head(200, { "content-length": "1000000" })}${"x".repeat(1000)}`),
    ]);
    for await (const chunk of await downloadLink({ url: server.url }).toStream()) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expect.poll(() => server.connections.size).toBe(0);
    const abort = new AbortController();
    const reason = new Error("enough");
    const stream = await downloadLink({ url: server.url }).toStream({ signal: abort.signal });
    abort.abort(reason);
    await expect(stream.toArray()).rejects.toBe(reason);
    await expect.poll(() => server.connections.size).toBe(0);
  });

  it.each([
    ["no signal", undefined],
    ["a signal", new AbortController().signal],
  ])(
    "[HTTP-15] sends nothing more when its reader leaves while a cut is waited out, with %s",
    async (_, signal) => {
      await using server = await startScriptedServer([
        cutAnswer(body, 1_000_000, "rst", { etag: '"e"' }),
        answer(503, { "retry-after": "1" }, "{}"),
        whole,
      ]);
      const stream = await downloadLink({ url: server.url, retry }).toStream({ signal });
      stream.resume();
      await expect.poll(() => server.requests.length).toBe(2);
      stream.destroy();
      await new Promise((resolve) => stream.on("close", resolve));
      await new Promise((resolve) => setTimeout(resolve, 1200));
      expect(server.requests).toHaveLength(2);
    },
  );

  it("[HTTP-18] a slow reader is no stall", async () => {
    await using server = await startScriptedServer([answer(200, {}, Buffer.alloc(8 * 1024 * 1024))]);
    const stream = await downloadLink({ url: server.url }).toStream({ stallTimeoutMs: 100 });
    let bytes = 0;
    for await (const chunk of stream) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 400));
      bytes += chunk.length;
    }
    expect(bytes).toBe(8 * 1024 * 1024);
  });
});

describe("toBytes and toDestination", () => {
  it("holds a file in memory, up to the limit", async () => {
    await using server = await startScriptedServer([answer(200, {}, "12345")]);
    const download = downloadLink({ url: server.url });
    expect((await download.toBytes({ maxBytes: 5 })).toString()).toBe("12345");
    await expect(download.toBytes({ maxBytes: 4 })).rejects.toMatchObject({
      code: "CONFIGURATION",
      option: "maxBytes",
    });
    await expect(download.toBytes({} as never)).rejects.toMatchObject({ option: "maxBytes" });
  });

  it("[HTTP-15] rejects with the reason of an abort, whatever the transport makes of it", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const warnings: string[] = [];
    const nothing = () => {};
    const transport: Transport = {
      async send() {
        abort.abort(reason);
        throw new TransportError("CONNECTION_LOST", "headers", "aborted");
      },
      close: async () => {},
    };
    const download = downloadLink({
      url: "https://example.invalid/a",
      transport,
      retry: { maxAttempts: 1 },
      logger: { debug: nothing, info: nothing, warn: (text) => void warnings.push(text), error: nothing },
    });
    await expect(download.toStream({ signal: abort.signal })).rejects.toBe(reason);
    expect(warnings).toEqual([]);
  });

  it("[HTTP-15] nothing gets its name after an abort, though all bytes have come", async () => {
    await using folder = await makeTemporaryFolder();
    const abort = new AbortController();
    let reads = 0;
    const read = async () => {
      if (++reads === 1) return [Buffer.from("all")];
      abort.abort("enough");
      return undefined;
    };
    const transport: Transport = {
      send: async () => ({ status: 200, headers: {}, body: { read, cancel: async () => {} } }),
      close: async () => {},
    };
    const running = downloadLink({ url: "https://example.invalid/a", transport }).toFile(folder.file("a"), {
      signal: abort.signal,
    });
    await expect(running).rejects.toBe("enough");
    expect(await folder.names()).toEqual([]);
  });

  it("[HTTP-15] an abort ends the handing on of a spooled file, which is kept", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([whole]);
    const abort = new AbortController();
    const calls: string[] = [];
    const destination: Destination = {
      open: async () => ({
        async write() {
          calls.push("write");
          abort.abort("enough");
        },
        async commit() {
          calls.push("commit");
        },
        async abort() {
          calls.push("abort");
        },
      }),
    };
    const running = downloadOfClass("never", `${server.url}/archive`).toDestination(destination, {
      signal: abort.signal,
      spoolDirectory: folder.path,
    });
    await expect(running).rejects.toBe("enough");
    expect(calls).toEqual(["write", "abort"]);
    expect((await readFile(folder.file("archive"))).equals(body)).toBe(true);
  });

  it("commits to a destination only what is whole", async () => {
    await using server = await startScriptedServer([whole, cutAnswer(body, 1000, "rst")]);
    const calls: string[] = [];
    let committed: TransferResult | undefined;
    const destination: Destination = {
      async open(info) {
        calls.push(`open ${info.totalBytes}`);
        return {
          async write() {},
          async commit(result) {
            calls.push("commit");
            committed = result;
          },
          async abort() {
            calls.push("abort");
          },
        };
      },
    };
    const download = downloadLink({ url: server.url, retry: false });
    expect(await download.toDestination(destination)).toEqual(committed);
    expect(committed).toMatchObject({ bytes: body.length, sha256 });
    await expect(download.toDestination(destination)).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(calls).toEqual([`open ${body.length}`, "commit", `open ${body.length}`, "abort"]);
  });
});

describe("[HTTP-17] a file that comes only once", () => {
  it("is asked for once, and a second use sends nothing", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([whole]);
    const download = downloadOfClass("never", `${server.url}/archive`);
    await download.toFile(folder.file("a"));
    const error = await download.toFile(folder.file("b")).catch((reason) => reason);
    expect(error).toBeInstanceOf(OnceOnlyDownloadError);
    expect(error).toMatchObject({ receivedBytes: 0, consumed: "unknown" });
    expect(server.requests).toHaveLength(1);
  });

  it("keeps what came before a cut, and says where", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutAnswer(body, 1_000_000, "rst")]);
    const error = await downloadOfClass("never", server.url)
      .toFile(folder.file("a"))
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(OnceOnlyDownloadError);
    expect(error).toMatchObject({
      expectedBytes: body.length,
      consumed: "yes",
      cause: { code: "CONNECTION_LOST" },
    });
    const kept = await readFile(error.partialPath);
    expect(kept.length).toBe(error.receivedBytes);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.equals(body.subarray(0, kept.length))).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it("is known by its folder, whatever name it is to get there", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutAnswer(body, 1_000_000, "rst"), whole]);
    const url = `${server.url}/archive`;
    await expect(downloadOfClass("never", url).toFile(folder.file("a"))).rejects.toMatchObject({
      code: "ONCE_ONLY",
    });
    for (const name of ["a", "b", ""]) {
      await expect(downloadOfClass("never", url).toFile(`${folder.path}/${name}`)).rejects.toMatchObject({
        code: "ONCE_ONLY",
      });
    }
    expect(server.requests).toHaveLength(1);
  });

  it("gets a free name when its own is taken", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([whole]);
    await writeFile(folder.file("a.zip"), "mine");
    const saved = await downloadOfClass("never", server.url).toFile(folder.file("a.zip"));
    expect(saved.path).toBe(folder.file("a (2).zip"));
    expect(await readFile(folder.file("a.zip"), "utf8")).toBe("mine");
  });

  it("goes nowhere but to a file, unless the loss is accepted", async () => {
    await using server = await startScriptedServer([whole]);
    const download = downloadOfClass("never", server.url);
    await expect(download.toStream()).rejects.toMatchObject({ code: "CONFIGURATION", option: "acceptLoss" });
    await expect(download.toBytes({ maxBytes: 9e9 })).rejects.toMatchObject({ option: "acceptLoss" });
    expect(server.requests).toHaveLength(0);
    expect((await download.toBytes({ maxBytes: 9e9, acceptLoss: true })).equals(body)).toBe(true);
  });

  it.each<[string, string, Answer]>([
    ["no answer came", "CONNECTION_LOST", (socket) => void socket.resetAndDestroy()],
    ["a gateway answered 502", "SERVICE_SERVER", answer(502, {}, "{}")],
  ])("is not asked for again when %s, since the service may have given it", async (_, code, silence) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([silence, whole]);
    const error = await downloadOfClass("never", server.url)
      .toFile(folder.file("a"))
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(OnceOnlyDownloadError);
    expect(error).toMatchObject({
      receivedBytes: 0,
      consumed: "unknown",
      cause: { code },
    });
    expect(server.requests).toHaveLength(1);
    expect(await folder.names()).toEqual([expect.stringMatching(/^\.cloudhaul-\w+\.journal$/)]);
  });

  it("may be asked for again after a definite refusal", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(404, {}, "{}"), answer(429, {}, "{}"), whole]);
    const download = downloadOfClass("never", server.url);
    await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "SERVICE_NOT_FOUND" });
    expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: body.length });
    expect(server.requests).toHaveLength(3);
  });
});
