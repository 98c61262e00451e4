import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { emulatorForTest, json, receive, withToken } from "./__fixtures__/client.ts";
import { bytesContent, createContent, randomContent } from "./content.ts";
import { keep, type RequestRecord } from "./request-log.ts";
import type { StoredObject } from "./stored-objects.ts";

const mebibyte = 1024 ** 2;

it("[EMU-13] makes no more of a file than its client takes", async () => {
  const emulator = await emulatorForTest();
  const source = randomContent({ seed: "large", bytes: 64 * mebibyte });
  let made = 0;
  const counted = createContent({
    ...source,
    async *stream(start, end) {
      for await (const chunk of source.stream(start, end)) {
        made += chunk.byteLength;
        yield chunk;
      }
    },
  });
  emulator.store.obs.put("bucket", "key", counted);
  await counted.md5();
  made = 0;
  const { hostname, port, pathname, search } = new URL(emulator.store.obs.link("bucket", "key"));
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  await once(socket, "readable");
  // Nobody reads. Once the sockets are full nothing more is made, however often the emulator gets its turn.
  for (let before = -1; before !== made; ) {
    before = made;
    for (let turn = 0; turn < 20; turn += 1) await receive(`${emulator.url}/_emulator/requests`);
  }
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(32 * mebibyte);
  let received = 0;
  socket.on("data", (chunk: Buffer) => {
    received += chunk.byteLength;
    if (received > 64 * mebibyte) socket.destroy();
  });
  await once(socket, "close");
  expect(made).toBe(64 * mebibyte);
});

it("[EMU-13] stops making a file when its client goes away", async () => {
  const emulator = await emulatorForTest();
  let stopped = (): void => undefined;
  const whenStopped = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  const endless = createContent({
    bytes: 1024 ** 4,
    fingerprint: "endless",
    async *stream() {
      try {
        for (;;) yield new Uint8Array(64 * 1024);
      } finally {
        stopped();
      }
    },
  });
  const { fileId } = emulator.store.hss.addFile({ content: endless });
  const abort = new AbortController();
  const response = await fetch(`${emulator.url}/v5/${emulator.projectId}/download/${fileId}`, {
    headers: { "x-auth-token": emulator.token },
    signal: abort.signal,
  });
  await response.body?.getReader().read();
  abort.abort();
  await whenStopped;
  expect(emulator.requests[0]).toMatchObject({ completed: false });
  expect(emulator.requests[0]?.failure).toBeUndefined();
});

it("[EMU-14] keeps what it was asked, with the credentials", async () => {
  const seen: string[] = [];
  const emulator = await emulatorForTest({ onRequest: ({ path }) => seen.push(path) });
  await withToken(emulator, "/v3/projects?name=a%20b");
  expect(emulator.requests).toMatchObject([
    {
      method: "GET",
      path: "/v3/projects?name=a%20b",
      headers: { "x-auth-token": emulator.token },
      status: 200,
      at: expect.any(Date),
      completed: true,
    },
  ]);
  expect(emulator.requests[0]?.bytesSent).toBeGreaterThan(10);
  expect(seen).toEqual(["/v3/projects?name=a%20b"]);
});

it("[EMU-14] keeps the last 10,000 requests", () => {
  const records: RequestRecord[] = [];
  const at = new Date();
  for (let index = 0; index < 10_002; index += 1) {
    keep(records, {
      method: "GET",
      path: `/${index}`,
      headers: {},
      at,
      status: 200,
      bytesSent: 0,
      completed: true,
    });
  }
  expect([records.length, records[0]?.path, records.at(-1)?.path]).toEqual([10_000, "/2", "/10001"]);
});

it("a header that comes twice is one with both values", async () => {
  const emulator = await emulatorForTest();
  const { port } = new URL(emulator.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.end("GET /v5/x HTTP/1.1\r\nHost: a\r\nX-Two: 1\r\nX-Two: 2\r\nConnection: close\r\n\r\n");
  socket.resume();
  await once(socket, "close");
  expect(emulator.requests[0]?.headers["x-two"]).toBe("1, 2");
});

it("tells of a content that fails, and cuts the answer", async () => {
  const emulator = await emulatorForTest();
  const broken = createContent({
    bytes: 10,
    fingerprint: "broken",
    async *stream() {
      yield new Uint8Array(3);
      throw new Error("the content is broken");
    },
  });
  const { fileId } = emulator.store.hss.addFile({ content: broken });
  const answer = await withToken(emulator, `/v5/${emulator.projectId}/download/${fileId}`);
  expect(answer.error).toBe("ECONNRESET");
  expect(emulator.requests[0]?.failure).toContain("the content is broken");
});

it("[EMU-8] close frees the port and may be called again", async () => {
  const port = randomInt(20_000, 32_000); // of none that the system gives away by itself, once it is free again
  const first = await emulatorForTest({ port });
  await Promise.all([first.close(), first.close()]);
  await expect(receive(`${first.url}/`)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  const second = await emulatorForTest({ port });
  expect(second.url).toBe(first.url);
});

it("says so when the port is taken", async () => {
  const { url } = await emulatorForTest();
  await expect(emulatorForTest({ port: Number(new URL(url).port) })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

describe("[EMU-15] the control plane", () => {
  it("tells what there is, and what was asked", async () => {
    const emulator = await emulatorForTest();
    const content = bytesContent(Buffer.from("abc"));
    const { fileId } = emulator.store.hss.addFile({ content });
    await withToken(emulator, "/v3/projects");
    const state = json(await receive(`${emulator.url}/_emulator/state`));
    expect(state).toMatchObject({
      region: "cn-north-4",
      projectId: emulator.projectId,
      accessKey: emulator.accessKey,
    });
    expect(state.objects).toEqual([
      { service: "hss", ids: { fileId }, bytes: 3, sha256: await content.sha256() },
    ]);
    const { requests } = json(await receive(`${emulator.url}/_emulator/requests`));
    expect(requests).toMatchObject([{ path: "/v3/projects", status: 200 }]);
  });

  it("takes faults, and refuses those it cannot read", async () => {
    const emulator = await emulatorForTest();
    const post = (body: string) => receive(`${emulator.url}/_emulator/faults`, { method: "POST", body });
    const fault = JSON.stringify({ match: "/v3/projects", times: 2, answer: { status: 503 } });
    expect((await post(fault)).status).toBe(204);
    expect((await withToken(emulator, "/v3/projects")).status).toBe(503);
    expect((await receive(`${emulator.url}/_emulator/faults`, { method: "DELETE" })).status).toBe(204);
    expect((await withToken(emulator, "/v3/projects")).status).toBe(200);
    expect([(await post("{")).status, (await post('{"x":1}')).status]).toEqual([400, 400]);
    expect((await receive(`${emulator.url}/_emulator/unknown`)).status).toBe(404);
  });

  it("answers to loopback names alone", async () => {
    const emulator = await emulatorForTest();
    const answer = await receive(`${emulator.url}/_emulator/state`, { headers: { host: "rebound.example" } });
    expect(answer.status).toBe(403);
  });
});

it("[EMU-16] runs as a process of its own, with files to download, and ends when told", async () => {
  const main = new URL("./main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "--demo", "--quiet"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on("line", (line) => lines.push(line));
  const exited = once(child, "exit");
  await Promise.race([once(output, "line"), exited]);
  const started = JSON.parse(lines[0] ?? "") as { url: string; objects: StoredObject[]; accessKey: object };
  expect(started.objects.map(({ service }) => service)).toEqual([
    "hss",
    "iotda",
    "roma",
    "metastudio",
    "dds",
    "dds",
    "obs",
    "obs",
  ]);
  for (const { bytes } of started.objects) expect(bytes).toBeGreaterThan(30_000_000);
  const state = json(await receive(`${started.url}/_emulator/state`));
  expect(state.objects).toEqual(started.objects);
  child.kill("SIGTERM");
  const [code] = await exited;
  expect([code, lines.length]).toEqual([0, 1]);
}, 30_000);
