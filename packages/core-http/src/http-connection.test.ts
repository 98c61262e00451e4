import { execFile } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { answer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { testCertificate } from "./__fixtures__/test-certificate.ts";
import { createHttpConnection } from "./http-connection.ts";
import { createTransport } from "./index.ts";

const direct = { connectMs: 5000, proxy: false, tls: undefined } as const;

describe("[HTTP-2] a connection between two requests", () => {
  it.each([
    ["its end", ""],
    ["what comes unasked", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad"],
  ])("sees %s, though its last answer had paused it", async (_, unasked) => {
    // The mark at which a connection is paused is passed with the very last byte of the answer, which nobody reads.
    await using server = await startScriptedServer([answer(200, {}, Buffer.alloc(1024 * 1024))]);
    const connection = createHttpConnection(new URL(server.url), direct);
    let onOver!: () => void;
    const over = new Promise<void>((resolve) => {
      onOver = resolve;
    });
    const request = { method: "GET", url: server.url, headers: {} };
    await connection.send(request, { signal: undefined, headersMs: 5000, onOver });
    await over;
    expect(connection.isReusable()).toBe(true);
    const closed = new Promise<void>((resolve) => connection.rest(resolve));
    for (const socket of server.connections) unasked ? socket.write(unasked) : socket.end();
    await closed;
    await expect.poll(() => server.connections.size).toBe(0);
    expect(connection.isReusable()).toBe(false);
  });
});

it("[HTTP-2] a connection that ends as soon as it is made is told at once", async () => {
  await using server = await startScriptedServer([answer(200, {}, "x")]);
  // As where the first attempt to read fails: the end is over before anybody who waited for the connection listens.
  const endAtOnce = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.once("connect", () => socket.destroy());
  };
  subscribe("net.client.socket", endAtOnce);
  try {
    const transport = createTransport({ timeouts: { headersMs: 2000 } });
    await expect(transport.send({ method: "GET", url: server.url, headers: {} })).rejects.toMatchObject({
      code: "CONNECTION_LOST",
      phase: "connect",
    });
  } finally {
    unsubscribe("net.client.socket", endAtOnce);
  }
});

it("keeps the process alive until the whole answer is there, of its second request too", async () => {
  await using server = await startScriptedServer([
    answer(200, {}, "one"),
    (socket) => {
      socket.write(head(200, { "content-length": "3" }));
      setTimeout(() => socket.end("two"), 300);
    },
  ]);
  const program = `
    const [index, url] = process.argv.slice(1);
    const { createTransport } = await import(index);
    const transport = createTransport();
    for (let count = 0; count < 2; count++) {
      const { body } = await transport.send({ method: "GET", url, headers: {} });
      for (let batch = await body.read(); batch; batch = await body.read()) process.stdout.write(Buffer.concat(batch));
    }`;
  const index = new URL("index.ts", import.meta.url).href;
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...["--no-warnings", "--input-type=module", "--eval", program, index, server.url],
  ]);
  expect(stdout).toBe("onetwo");
});

it("[HTTP-121] a TLS record that arrives damaged is a cut like any other", async () => {
  await using server = await startScriptedServer(
    [(socket) => void socket.write(`${head(200, { "content-length": "9" })}abc`)],
    (onConnection) => createTlsServer(testCertificate, onConnection),
  );
  let client: Socket | undefined;
  const relay = createServer((socket) => {
    client = socket;
    const upstream = connect(server.port, "127.0.0.1");
    socket.pipe(upstream).pipe(socket);
    for (const [one, other] of [[socket, upstream] as const, [upstream, socket] as const])
      one.on("error", () => other.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const transport = createTransport({ tls: { ca: testCertificate.cert } });
  const url = `https://127.0.0.1:${(relay.address() as AddressInfo).port}/`;
  const { body } = await transport.send({ method: "GET", url, headers: {} });
  expect(Buffer.concat((await body.read(3)) ?? []).toString()).toBe("abc");
  client?.write(Buffer.from([0x17, 3, 3, 0, 40, ...Buffer.alloc(40)])); // nobody has sealed it
  await expect(body.read()).rejects.toMatchObject({ code: "CONNECTION_LOST", phase: "body" });
  await transport.close();
  await new Promise((resolve) => relay.close(resolve));
});
