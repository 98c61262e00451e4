import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer as createProxyServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { answer, head, type ScriptedServer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { testCertificate } from "./__fixtures__/test-certificate.ts";
import {
  type CreateTransportOptions,
  createTransport,
  type Destination,
  downloadLink,
  type HttpResponse,
  readAnswer,
} from "./index.ts";

const get = (url: string) => ({ method: "GET", url, headers: {} });
const textOf = async (response: HttpResponse): Promise<string> =>
  (await readAnswer(response, { maxBytes: 1e6, timeoutMs: 2000 })).toString();

async function fetchText(url: string, options: CreateTransportOptions = {}): Promise<string> {
  const transport = createTransport(options);
  try {
    return await textOf(await transport.send(get(url)));
  } finally {
    await transport.close();
  }
}

afterEach(() => vi.unstubAllEnvs());

describe("createTransport", () => {
  it("[HTTP-1] loads nothing of the network before the first request", async () => {
    await using server = await startScriptedServer([answer(200, {}, "hello")]);
    const script = `
      import { createTransport } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
      const isLoaded = () => process.moduleLoadList.includes("NativeModule tls");
      const transport = createTransport();
      const before = isLoaded();
      const response = await transport.send({ method: "GET", url: ${JSON.stringify(server.url)}, headers: {} });
      await response.body.cancel();
      process.stdout.write(before + " " + isLoaded());
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect(stdout.trim()).toBe("false true");
  });

  it("[HTTP-2] speaks HTTP/1.1, sends URL and headers as given, and uses its connection again", async () => {
    await using server = await startScriptedServer([
      answer(200, { "x-a": "1" }, "one"),
      answer(200, {}, "two"),
    ]);
    const transport = createTransport();
    const path = "/a%2Fb/../c//d?x=%2B+&y=%zz";
    const response = await transport.send({
      method: "PUT",
      url: server.url + path,
      headers: { "x-b": "2" },
      body: Buffer.from("in"),
    });
    expect(response).toMatchObject({ status: 200, headers: { "x-a": "1" } });
    expect(await textOf(response)).toBe("one");
    expect(await textOf(await transport.send(get(server.url)))).toBe("two");
    expect(server.requests[0]).toMatchObject({ method: "PUT", path, headers: { "x-b": "2" }, body: "in" });
    expect(server.connectionCount()).toBe(1);
    await transport.close();
    await expect.poll(() => server.connections.size).toBe(0);
  });

  it("opens a connection of its own when asked to, and closes it", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const transport = createTransport();
    expect(await textOf(await transport.send(get(server.url)))).toBe("x");
    expect(await textOf(await transport.send(get(server.url), { freshConnection: true }))).toBe("x");
    expect(server.connectionCount()).toBe(2);
    await expect.poll(() => server.connections.size).toBe(1);
    await transport.close();
  });

  it("[HTTP-2] gives up waiting for headers", async () => {
    await using server = await startScriptedServer([() => {}]);
    const transport = createTransport({ timeouts: { headersMs: 80 } });
    await expect(transport.send(get(server.url))).rejects.toMatchObject({
      code: "TIMEOUT_HEADERS",
      timeoutMs: 80,
    });
    await expect.poll(() => server.connections.size).toBe(0);
    await transport.close();
  });

  it("[HTTP-2] gives up connecting", async () => {
    // A listener that accepts TCP but never answers TLS: the connection is not made until TLS is.
    await using server = await startScriptedServer([() => {}]);
    const transport = createTransport({ timeouts: { connectMs: 100 }, proxy: false });
    await expect(transport.send(get(server.url.replace("http:", "https:")))).rejects.toMatchObject({
      code: "TIMEOUT_CONNECT",
      phase: "connect",
    });
    await transport.close();
  });

  it.each([
    ["CONNECTION_LOST", "headers", (socket: Socket) => socket.resetAndDestroy()],
    ["CONNECTION_LOST", "headers", (socket: Socket) => socket.end()],
    ["PROTOCOL", "headers", (socket: Socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n\r\n")],
    [
      "HEADERS_TOO_LARGE",
      "headers",
      (socket: Socket) => socket.write(head(200, { "x-a": "a".repeat(40_000) })),
    ],
  ])("says %s, in phase %s", async (code, phase, act) => {
    await using server = await startScriptedServer([act]);
    const transport = createTransport();
    await expect(transport.send(get(server.url))).rejects.toMatchObject({
      code,
      phase,
      message: expect.stringContaining("127.0.0.1"),
    });
    await transport.close();
  });

  it.each(["ftp://h/", "nonsense", "http://h:99999/", "http://[/"])("refuses %j as no URL", async (url) => {
    await expect(fetchText(url)).rejects.toMatchObject({ code: "CONFIGURATION", option: "url" });
  });

  it("hands on a 407 that no proxy gave", async () => {
    await using server = await startScriptedServer([answer(407, {}, "x")]);
    const transport = createTransport();
    expect(await transport.send(get(server.url))).toMatchObject({ status: 407 });
    await transport.close();
  });

  it("takes the protocol in capital letters, too", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    expect(await fetchText(server.url.replace("http:", "HTTP:"))).toBe("x");
  });

  it("may be closed before its first request", async () => {
    await createTransport().close();
  });

  it("is closed when its connections are", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const sockets: Socket[] = [];
    const onSocket = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket);
    subscribe("net.client.socket", onSocket);
    const transport = createTransport();
    await textOf(await transport.send(get(server.url)));
    unsubscribe("net.client.socket", onSocket);
    await transport.close();
    expect(sockets.map(({ closed }) => closed)).toEqual([true]);
  });

  it("says DNS for a host that does not exist", async () => {
    await expect(fetchText("http://no-such-host.invalid/", { proxy: false })).rejects.toMatchObject({
      code: "DNS",
      phase: "connect",
    });
  });

  it("takes an IPv6 address without its brackets, and the protocol's port", async () => {
    await expect(fetchText("http://[::1]:1/", { proxy: false })).rejects.toMatchObject({
      code: "CONNECTION_REFUSED",
    });
    // No system connects to it.
    for (const [protocol, port] of [["http", 80] as const, ["https", 443] as const])
      await expect(fetchText(`${protocol}://255.255.255.255/`, { proxy: false })).rejects.toMatchObject({
        cause: { port },
      });
  });

  it("delivers what came before a break, then the break", async () => {
    await using server = await startScriptedServer([
      (socket) =>
        socket.write(`${head(200, { "content-length": "10" })}abc`, () =>
          setImmediate(() => socket.resetAndDestroy()),
        ),
    ]);
    const transport = createTransport();
    const { body } = await transport.send(get(server.url));
    expect(Buffer.concat((await body.read()) ?? []).toString()).toBe("abc");
    await expect(body.read()).rejects.toMatchObject({ code: "CONNECTION_LOST", phase: "body" });
    await transport.close();
  });

  it("pauses a server that is faster than the reader", async () => {
    let sent = 0;
    const block = Buffer.alloc(1024 * 1024);
    await using server = await startScriptedServer([
      (socket) => {
        socket.write(head(200, { "content-length": String(64 * block.length) }));
        const more = (): void => {
          if (sent++ < 64 && socket.writable) socket.write(block, more);
        };
        more();
      },
    ]);
    const transport = createTransport();
    const { body } = await transport.send(get(server.url));
    await body.read();
    await expect.poll(() => sent).toBeGreaterThan(1);
    const stoppedAt = await settled(() => sent);
    expect(stoppedAt).toBeLessThan(40);
    let bytes = 0;
    for (let batch = await body.read(512 * 1024); batch; batch = await body.read(512 * 1024)) {
      for (const chunk of batch) bytes += chunk.byteLength;
    }
    expect(bytes).toBeGreaterThan(60 * block.length);
    await transport.close();
  });

  it("[HTTP-15] an abort rejects with the signal's reason, before the answer and within the body", async () => {
    await using server = await startScriptedServer([
      () => {},
      (socket) => void socket.write(`${head(200, { "content-length": "9" })}abc`),
    ]);
    const transport = createTransport();
    const reason = new Error("enough");
    const before = new AbortController();
    const waiting = transport.send(get(server.url), { signal: before.signal });
    await expect.poll(() => server.requests.length).toBe(1);
    before.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    const within = new AbortController();
    const { body } = await transport.send(get(server.url), { signal: within.signal });
    await body.read();
    within.abort(reason);
    await expect(body.read()).rejects.toBe(reason);
    await expect.poll(() => server.connections.size).toBe(0);
    await expect(transport.send(get(server.url), { signal: within.signal })).rejects.toBe(reason);
    await transport.close();
  });
});

describe("[HTTP-15] an abort", () => {
  const reason = new Error("enough");

  it.each([0, 1])("that follows the call at once sends nothing, after %i requests", async (earlier) => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const transport = createTransport();
    for (let count = 0; count < earlier; count++) await textOf(await transport.send(get(server.url)));
    const controller = new AbortController();
    const aborted = transport.send(get(server.url), { signal: controller.signal });
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    // Connections are seen in the order in which they are made.
    await textOf(await transport.send(get(server.url)));
    expect([server.requests.length, server.connectionCount()]).toEqual([earlier + 1, earlier + 1]);
    await transport.close();
  });

  it("that came before the call leaves the connection that waits as it is", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const transport = createTransport();
    await textOf(await transport.send(get(server.url)));
    const aborted = transport.send(get(server.url), { signal: AbortSignal.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
    await textOf(await transport.send(get(server.url)));
    expect([server.requests.length, server.connectionCount()]).toEqual([2, 1]);
    await transport.close();
  });

  it("while it connects ends that", async () => {
    await using server = await startScriptedServer([() => {}]); // it never answers TLS
    const transport = createTransport({ timeouts: { connectMs: 3_600_000 } });
    const controller = new AbortController();
    const request = get(server.url.replace("http:", "https:"));
    const rejected = expect(transport.send(request, { signal: controller.signal })).rejects.toBe(reason);
    await expect.poll(() => server.connections.size).toBe(1);
    controller.abort(reason);
    await expect.poll(() => server.connections.size).toBe(0);
    await rejected;
    await transport.close();
  });
});

describe("[HTTP-111] memory", () => {
  it("is used again only after it was copied to whoever keeps it", async () => {
    const body = createHash("shake256", { outputLength: 8 * 1024 * 1024 })
      .update("memory")
      .digest();
    await using server = await startScriptedServer([answer(200, {}, body)]);
    const stream = await downloadLink({ url: server.url }).toStream();
    const kept: Buffer[] = [];
    for await (const chunk of stream) kept.push(chunk);
    expect(Buffer.concat(kept).equals(body)).toBe(true);
    const stored: Uint8Array[] = [];
    const destination: Destination = {
      open: async () => ({
        write: async (batch) => void stored.push(...batch),
        commit: async () => {},
        abort: async () => {},
      }),
    };
    await downloadLink({ url: server.url }).toDestination(destination);
    expect(Buffer.concat(stored).equals(body)).toBe(true);
    const all = await downloadLink({ url: server.url }).toBytes({ maxBytes: body.length });
    expect(all.equals(body)).toBe(true);
  });
});

describe("[HTTP-4] private authorities", () => {
  const startTls = (): Promise<ScriptedServer> =>
    startScriptedServer([answer(200, {}, "over TLS")], (onConnection) =>
      createTlsServer(testCertificate, onConnection),
    );

  it("are trusted when given, and only then", async () => {
    await using server = await startTls();
    const url = `https://127.0.0.1:${server.port}/`;
    await expect(fetchText(url)).rejects.toMatchObject({
      code: "TLS",
      phase: "connect",
      message: expect.stringContaining("tls.ca"),
    });
    expect(await fetchText(url, { tls: { ca: testCertificate.cert } })).toBe("over TLS");
  });

  it.each([
    ["localhost", "localhost"],
    ["127.0.0.1", false],
  ])("are asked for HTTP/1.1, and for the name: of %s that is %j", async (host, servername) => {
    const seen: unknown[] = [];
    await using server = await startScriptedServer([answer(200, {}, "over TLS")], (onConnection) =>
      createTlsServer({ ...testCertificate, ALPNProtocols: ["h2", "http/1.1"] }, (socket) => {
        seen.push({ protocol: socket.alpnProtocol, servername: socket.servername });
        onConnection(socket);
      }),
    );
    await fetchText(`https://${host}:${server.port}/`, { tls: { ca: [testCertificate.cert] } });
    expect(seen).toEqual([{ protocol: "http/1.1", servername }]);
  });
});

describe("[HTTP-3] proxies", () => {
  /** A real proxy: forwards plain requests, tunnels CONNECT, and asks for a name and a password. */
  async function startProxy(tunnel = 200): Promise<{
    url: string;
    seen: string[];
    [Symbol.asyncDispose](): Promise<void>;
  }> {
    const seen: string[] = [];
    const sockets = new Set<Socket>();
    const wanted = `Basic ${Buffer.from("user:p@ss").toString("base64")}`;
    const server = createProxyServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      const allowed = request.headers["proxy-authorization"] === wanted;
      response.writeHead(allowed ? 200 : 407).end(allowed ? "by way of the proxy" : "");
    });
    server.on("connection", (socket) => sockets.add(socket));
    server.on("connect", (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      if (request.headers["proxy-authorization"] !== wanted) {
        socket.end("HTTP/1.1 407 No\r\n\r\n");
        return;
      }
      if (tunnel !== 200) {
        socket.end(`HTTP/1.1 ${tunnel} No\r\n\r\n`);
        return;
      }
      const [host, port] = (request.url ?? "").split(":");
      const upstream = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      sockets.add(upstream);
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
      url: `http://user:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}`,
      seen,
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  it("carry plain requests and TLS tunnels, with name and password", async () => {
    await using proxy = await startProxy();
    await using server = await startScriptedServer([answer(200, {}, "over TLS")], (onConnection) =>
      createTlsServer(testCertificate, onConnection),
    );
    const options = { proxy: proxy.url, tls: { ca: testCertificate.cert } };
    expect(await fetchText("http://example.invalid/a?b=c", options)).toBe("by way of the proxy");
    expect(await fetchText(`https://127.0.0.1:${server.port}/`, options)).toBe("over TLS");
    expect(proxy.seen).toEqual(["GET http://example.invalid/a?b=c", `CONNECT 127.0.0.1:${server.port}`]);
  });

  it("that refuse are named, without their password", async () => {
    await using proxy = await startProxy();
    const error = await fetchText("https://example.invalid/", {
      proxy: proxy.url.replace("p%40ss", "wr0ng-secret"),
    }).catch((e) => e);
    expect(error).toMatchObject({
      code: "PROXY",
      phase: "connect",
      message: expect.stringContaining("its name or password is missing or wrong"),
    });
    expect(`${error.stack}${error.cause?.stack}`).not.toContain("wr0ng-secret");
  });

  it.each([
    ["that refuse the password are asked once", "wrong", 200, "PROXY", 1],
    ["that forbid the host are asked once", "p%40ss", 403, "PROXY", 1],
    ["that do not reach the host are asked again", "p%40ss", 503, "CONNECTION_REFUSED", 3],
  ])("%s", async (_, password, tunnel, code, times) => {
    await using proxy = await startProxy(tunnel);
    const download = downloadLink({
      url: "https://example.invalid/a",
      proxy: proxy.url.replace("p%40ss", password),
      retry: { maxAttempts: 3, baseDelayMs: 1 },
    });
    await expect(download.toBytes({ maxBytes: 9 })).rejects.toMatchObject({ code, phase: "connect" });
    expect(proxy.seen).toEqual(Array(times).fill("CONNECT example.invalid:443"));
  });

  it.each([
    ["close the connection", "CONNECTION_LOST", (socket: Socket) => socket.end()],
    ["speak no HTTP", "PROTOCOL", (socket: Socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n\r\n")],
  ])("that %s are told as %s, and get no name or password that was not given", async (_, code, act) => {
    await using server = await startScriptedServer([act]);
    const fetching = fetchText("https://example.invalid/", { proxy: server.url });
    await expect(fetching).rejects.toMatchObject({ code, phase: "connect" });
    expect(server.requests).toEqual([
      { method: "CONNECT", path: "example.invalid:443", headers: { host: "example.invalid:443" }, body: "" },
    ]);
  });

  it("come from the environment, but not for this machine, and not when switched off", async () => {
    await using proxy = await startProxy();
    await using server = await startScriptedServer([answer(200, {}, "direct")]);
    for (const name of ["http_proxy", "https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY"])
      vi.stubEnv(name, undefined);
    vi.stubEnv("HTTP_PROXY", proxy.url);
    expect(await fetchText("http://example.invalid/")).toBe("by way of the proxy");
    expect(await fetchText(server.url)).toBe("direct");
    await expect(fetchText("http://example.invalid/", { proxy: false })).rejects.toMatchObject({
      code: "DNS",
    });
    vi.stubEnv("NO_PROXY", "example.invalid");
    await expect(fetchText("http://example.invalid/")).rejects.toMatchObject({ code: "DNS" });
    expect(proxy.seen).toHaveLength(1);
  });
});

/** The value once it has not changed over several looks. */
async function settled(value: () => number): Promise<number> {
  for (let last = -1; ; ) {
    const now = value();
    if (now === last) return now;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
