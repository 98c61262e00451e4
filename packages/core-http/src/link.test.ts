import { createServer as createTlsServer } from "node:tls";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { answer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { testCertificate } from "./__fixtures__/test-certificate.ts";
import { createHttpSettings } from "./http-settings.ts";
import { type DownloadLinkOptions, downloadLink, linkExpiry } from "./index.ts";
import { createLinkSource } from "./link.ts";

const retry = { baseDelayMs: 1 };

describe("[HTTP-16] downloadLink", () => {
  it("sends the link byte for byte, with no credential", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const path = "/b/a%2Bb%20c//d/../e?AccessKeyId=AK&Expires=9999999999&Signature=a%2Bb%3D&x=+";
    await downloadLink({ url: server.url + path }).toBytes({ maxBytes: 9 });
    expect(server.requests).toEqual([
      {
        method: "GET",
        path,
        body: "",
        headers: {
          host: `127.0.0.1:${server.port}`,
          connection: "keep-alive",
          accept: "*/*",
          "accept-encoding": "identity",
          range: "bytes=0-",
          "user-agent": expect.stringMatching(/^cloudhaul\/\d/),
        },
      },
    ]);
  });

  it.each([
    ["http://example.com/a?Signature=s3cret", /not https/],
    ["https://10.1.2.3/a", /private address/],
    ["https://[fe80::1]/a", /private address/],
    ["https://192.168.0.1:8443/a", /private address/],
    ["ftp://example.com/a", /not a URL/],
    ["example.com/a", /not a URL/],
    ["https://example.com:99999/a", /not a URL/],
    ["https://example.com/a b", /percent-encoded/],
    ["https://example.com/é", /percent-encoded/],
  ])("refuses %j at once", (url, words) => {
    const attempt = () => downloadLink({ url });
    expect(attempt).toThrow(words);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option: "url" }));
    expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringContaining("s3cret") }));
  });

  it.each([
    ["url", undefined],
    ["renew", "x"],
    ["fileName", 1],
    ["allowPrivateHosts", "yes"],
    ["proxy", 1],
  ])("refuses the %s %j at once", (option, value) => {
    const options = { url: "https://example.com/a", [option]: value } as DownloadLinkOptions;
    expect(() => downloadLink(options)).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });

  it("goes to a private address where that is allowed", () => {
    expect(() => downloadLink({ url: "https://10.1.2.3/a", allowPrivateHosts: true })).not.toThrow();
  });

  it.each([
    ["/a/b%20c.zip", undefined, "b c.zip"],
    ["/a/100%", undefined, "100%"],
    ["/a/b.zip", "c.zip", "c.zip"],
  ])("names the file of %s, named %s, %s", async (path, fileName, name) => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const stream = await downloadLink({ url: server.url + path, fileName }).toStream();
    expect(stream.info.fileName).toBe(name);
    stream.destroy();
  });

  it("shares its connection with other links, unless it asks for something special", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const fetchIt = (options: Partial<DownloadLinkOptions> = {}) =>
      downloadLink({ url: server.url, retry: { maxAttempts: 1 }, ...options }).toBytes({ maxBytes: 9 });
    await fetchIt();
    await fetchIt();
    expect(server.connectionCount()).toBe(1);
    await using secure = await startScriptedServer([answer(200, {}, "x")], (onConnection) =>
      createTlsServer(testCertificate, onConnection),
    );
    const url = `https://127.0.0.1:${secure.port}/`;
    await expect(fetchIt({ url })).rejects.toMatchObject({ code: "TLS" });
    expect((await fetchIt({ url, tls: { ca: testCertificate.cert } })).toString()).toBe("x");
    await using proxy = await startScriptedServer([answer(200, {}, "by proxy")]);
    expect((await fetchIt({ proxy: proxy.url })).toString()).toBe("by proxy");
    expect(proxy.requests.map(({ path }) => path)).toEqual([`${server.url}/`]);
    // It speaks no TLS.
    const neverReady = server.url.replace("http:", "https:");
    await expect(fetchIt({ url: neverReady, timeouts: { connectMs: 80 } })).rejects.toMatchObject({
      code: "TIMEOUT_CONNECT",
      timeoutMs: 80,
    });
  });

  it("follows redirects, a few of them, and not to where a link may not lead", async () => {
    await using far = await startScriptedServer([answer(200, {}, "far")]);
    await using server = await startScriptedServer([
      answer(307, { location: "/next?x=%2B" }),
      answer(302, { location: `http://localhost:${far.port}/d/../y?x=%zz` }),
      answer(301, { location: "http://example.com/" }),
      answer(307, { location: "/again" }),
    ]);
    const download = downloadLink({ url: server.url, retry });
    expect((await download.toBytes({ maxBytes: 9 })).toString()).toBe("far");
    expect(server.requests[1]?.path).toBe("/next?x=%2B");
    expect(far.requests[0]?.path).toBe("/d/../y?x=%zz");
    await expect(download.toBytes({ maxBytes: 9 })).rejects.toThrow(/not https/);
    await expect(download.toBytes({ maxBytes: 9 })).rejects.toThrow(/redirects more than 5 times/);
  });

  it.each([301, 302, 303, 307, 308])("follows a redirect of status %i", async (status) => {
    await using server = await startScriptedServer([
      answer(status, { location: "/b" }),
      answer(200, {}, "x"),
    ]);
    expect((await downloadLink({ url: server.url }).toBytes({ maxBytes: 9 })).toString()).toBe("x");
  });

  it("does not follow a redirect to nowhere", async () => {
    await using server = await startScriptedServer([answer(302, {})]);
    await expect(downloadLink({ url: server.url }).toBytes({ maxBytes: 9 })).rejects.toThrow(/to nowhere/);
    expect(server.requests).toHaveLength(1);
  });

  it("does not change a link that it is redirected to, however that spells its scheme", async () => {
    await using far = await startScriptedServer([answer(200, {}, "far")]);
    await using server = await startScriptedServer([
      answer(302, { location: `HTTP://localhost:${far.port}/d/../y?x=%zz` }),
    ]);
    expect((await downloadLink({ url: server.url, retry }).toBytes({ maxBytes: 9 })).toString()).toBe("far");
    expect(far.requests[0]?.path).toBe("/d/../y?x=%zz");
  });

  it("takes the end of a link from the one that was refused, not from the one that led there", async () => {
    const denied = answer(403, {}, "<Error><Code>AccessDenied</Code><Message>No right</Message></Error>");
    const [past, future] = ["Expires=1000000000", "Expires=9999999999"];
    await using server = await startScriptedServer([
      answer(302, { location: `/b?${past}` }),
      denied,
      answer(302, { location: `/b?${future}` }),
      denied,
    ]);
    const fetchIt = (query: string) =>
      downloadLink({ url: `${server.url}/a?${query}`, retry }).toBytes({ maxBytes: 9 });
    await expect(fetchIt(future)).rejects.toMatchObject({ kind: "expired" });
    await expect(fetchIt(past)).rejects.toMatchObject({ kind: "forbidden" });
  });

  it("does not wait for the body of a redirect", async () => {
    await using server = await startScriptedServer([
      (socket) => void socket.write(head(302, { location: "/b", "content-length": "9" })),
      answer(200, {}, "x"),
    ]);
    expect((await downloadLink({ url: server.url }).toBytes({ maxBytes: 9 })).toString()).toBe("x");
    await expect.poll(() => server.connections.size).toBe(1);
  });

  it("shows nothing of a signed link that redirects to nonsense", async () => {
    await using server = await startScriptedServer([answer(302, { location: "//" })]);
    const url = `${server.url}/a?Expires=9999999999&Signature=signed-secret-0001`;
    const error = await downloadLink({ url, retry })
      .toBytes({ maxBytes: 9 })
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: "CONFIGURATION", option: "url" });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("signed-secret-0001");
  });

  it("knows files apart by the part of the query that is no signature", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      (socket, request) => answer(200, {}, request.path)(socket, request),
    ]);
    const save = (query: string) =>
      downloadLink({ url: `${server.url}/dl?${query}` }).toFile(folder.file("a"), { overwrite: true });
    const [one, two, again] = [
      await save("id=1&Signature=a1"),
      await save("id=2"),
      await save("Signature=b2&id=1"),
    ];
    expect(new Set([one.source, two.source, again.source]).size).toBe(2);
    expect(again.source).toBe(one.source);
    expect((await save("id=1&v=2")).source).toBe((await save("v=2&id=1")).source);
  });

  it("tells an expired link from a forbidden one", async () => {
    const denied = (message: string) =>
      answer(403, {}, `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`);
    await using server = await startScriptedServer([
      denied("Request Has Expired"),
      denied("No right"),
      denied("No right"),
      denied("No right"),
      answer(404, {}),
    ]);
    const fetchIt = (query: string) =>
      downloadLink({ url: `${server.url}/a${query}`, retry }).toBytes({ maxBytes: 9 });
    await expect(fetchIt("")).rejects.toMatchObject({ kind: "expired", serviceCode: "AccessDenied" });
    await expect(fetchIt("")).rejects.toMatchObject({ kind: "forbidden" });
    await expect(fetchIt("?Expires=1000000000&Signature=abcdefghij")).rejects.toMatchObject({
      kind: "expired",
      message: expect.not.stringContaining("abcdefghij"),
    });
    await expect(fetchIt("?Expires=9999999999")).rejects.toMatchObject({ kind: "forbidden" });
    await expect(fetchIt("?Expires=1000000000")).rejects.toMatchObject({ kind: "not-found" });
  });
});

describe("[HTTP-16] createLinkSource", () => {
  const settings = createHttpSettings({});

  it("knows the file by its link, or by what it is given", async () => {
    const options = { operation: "x", settings };
    const account = "AccessKeyId=a&AWSAccessKeyId=a&x-amz-a=1&X-Obs-B=2&x-goog-c=3";
    const url = `https://h/b/a.zip?Signature=s&Expires=1&${account}&response-content-type=d`;
    expect(await createLinkSource(url, options).identity(undefined)).toEqual({
      service: "link",
      host: "h",
      ids: ["b/a.zip"],
    });
    const identity = { service: "s", host: "h", ids: ["1"] };
    expect(await createLinkSource(url, { ...options, identity }).identity(undefined)).toBe(identity);
  });

  it.each([
    ["https://h/a?Expires=1532779451", true],
    ["https://h/a", false],
  ])("asks for a range from the start of what can expire: %s: %s", (url, expected) => {
    expect(createLinkSource(url, { operation: "x", settings }).rangeFromStart).toBe(expected);
  });
});

describe("linkExpiry", () => {
  it.each([
    ["https://h/k?AccessKeyId=A&Expires=1532779451&Signature=x", "2018-07-28T12:04:11.000Z"],
    ["https://h/k?X-Amz-Date=20261120T083000Z&X-Amz-Expires=900", "2026-11-20T08:45:00.000Z"],
    ["https://h/k?Expires=soon", undefined],
    ["https://h/k", undefined],
  ])("reads %j", (url, expiry) => {
    expect(linkExpiry(url)?.toISOString()).toBe(expiry);
  });
});
