import { Agent, get } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { emulatorForTest, receive } from "./__fixtures__/client.ts";
import { randomContent } from "./content.ts";
import { createFaults, type FaultRule } from "./faults.ts";

const bytes = 600_000;
const content = randomContent({ seed: "faults", bytes });

async function withFault(...rules: FaultRule[]) {
  const emulator = await emulatorForTest();
  emulator.store.obs.put("bucket", "key", content);
  for (const rule of rules) emulator.faults.add(rule);
  return { emulator, url: emulator.store.obs.link("bucket", "key") };
}

async function original(end = bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.stream(0, end)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("[EMU-11] on the socket", () => {
  it.each([1, 300_000])("resets the connection after %d bytes", async (afterBytes) => {
    const { url, emulator } = await withFault({ cut: { afterBytes, by: "reset" } });
    const { status, bytes: got, error } = await receive(url);
    expect([status, error]).toEqual([200, "ECONNRESET"]);
    expect(got.byteLength).toBeLessThanOrEqual(afterBytes);
    expect(got.equals((await original()).subarray(0, got.byteLength))).toBe(true);
    expect(emulator.requests[0]).toMatchObject({ status: 200, bytesSent: afterBytes, completed: false });
    expect((await receive(url)).bytes.equals(await original())).toBe(true);
  });

  it.each([0, 1, 300_000])("closes the connection after exactly %d bytes", async (afterBytes) => {
    const { url } = await withFault({ cut: { afterBytes, by: "end" } });
    const { bytes: got, error, headers } = await receive(url);
    expect(headers["content-length"]).toBe(String(bytes));
    expect(error).toBe("ECONNRESET");
    expect(got.equals(await original(afterBytes))).toBe(true);
  });

  it("falls silent after exactly so many bytes, on a connection that stays open", async () => {
    const { url, emulator } = await withFault({ cut: { afterBytes: 1000, by: "stall" } });
    const { hostname, port, pathname, search } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
    let received = Buffer.alloc(0);
    let ended = false;
    socket.on("close", () => {
      ended = true;
    });
    const bodyLength = () => received.byteLength - (received.indexOf("\r\n\r\n") + 4);
    await new Promise<void>((resolve) => {
      socket.on("data", (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        if (bodyLength() >= 1000) resolve();
      });
    });
    // An answer on another connection: the emulator had its turn, and sent no more on the first.
    await receive(url);
    expect([bodyLength(), ended]).toEqual([1000, false]);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await emulator.close();
    await closed;
  });

  it.each(["before", "after"] as const)(
    "drops the connection without an answer, %s the service acts",
    async (drop) => {
      const { emulator } = await withFault({ drop });
      const { instanceId, archiveId } = emulator.store.roma.addArchive({ content });
      const path = `/v2/${emulator.projectId}/instances/${instanceId}/assets/archives/${archiveId}`;
      const headers = { "x-auth-token": emulator.token };
      await expect(receive(`${emulator.url}${path}`, { headers })).rejects.toMatchObject({
        code: "ECONNRESET",
      });
      expect(emulator.store.roma.archives.size).toBe({ before: 1, after: 0 }[drop]);
      expect(emulator.requests[0]).toMatchObject({ status: undefined, completed: false });
    },
  );

  it("drips", async () => {
    const { url } = await withFault({ bytesPerSecond: 2_000_000 });
    const started = performance.now();
    expect((await receive(url)).bytes.equals(await original())).toBe(true);
    expect(performance.now() - started).toBeGreaterThan(200);
  });

  it("delays the headers", async () => {
    const { url } = await withFault({ delayMs: 120 });
    const started = performance.now();
    expect((await receive(url)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(110);
  });

  it.each([0, 299_999])("flips the byte at %d alone", async (flipByteAt) => {
    const { url } = await withFault({ flipByteAt });
    const { bytes: got, error } = await receive(url);
    const wanted = await original();
    wanted[flipByteAt] = ~(wanted[flipByteAt] ?? 0);
    expect([got.equals(wanted), error]).toEqual([true, undefined]);
    expect((await receive(url)).bytes.equals(await original())).toBe(true);
  });

  it.each([0, 1, 300_000])("shortens to %d bytes with an end that looks right", async (truncateTo) => {
    const { url } = await withFault({ truncateTo });
    const { bytes: got, error, headers } = await receive(url);
    expect([headers["content-length"], error]).toEqual([String(truncateTo), undefined]);
    expect(got.equals(await original(truncateTo))).toBe(true);
  });

  it("tells a wrong length", async () => {
    const { url } = await withFault({ contentLength: bytes + 10 });
    const { bytes: got, error, headers } = await receive(url);
    expect([headers["content-length"], error]).toEqual([String(bytes + 10), "ECONNRESET"]);
    expect(got.equals(await original())).toBe(true);
  });

  it("answers in the service's place", async () => {
    const answer = { status: 503, headers: { "retry-after": "1" }, body: "busy" };
    const { url } = await withFault({ answer });
    const { status, headers, bytes: got } = await receive(url);
    expect([status, headers["retry-after"], got.toString()]).toEqual([503, "1", "busy"]);
  });

  it("carries out several effects of one rule", async () => {
    const { url } = await withFault({ delayMs: 50, flipByteAt: 0, cut: { afterBytes: 10, by: "end" } });
    const { bytes: got, error } = await receive(url);
    expect([got.byteLength, error]).toEqual([10, "ECONNRESET"]);
    expect(got[0]).not.toBe((await original(1))[0]);
  });
});

describe("[EMU-69] connections", () => {
  it("carry so many bytes each, in all their answers together", async () => {
    const { url, emulator } = await withFault({ cutEveryBytes: 500_000, times: 1000 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () =>
      new Promise<string>((resolve) => {
        const options = { agent, headers: { range: "bytes=0-199999" } };
        get(url, options, (answer) => {
          answer.on("error", (error: NodeJS.ErrnoException) => resolve(String(error.code)));
          answer.on("end", () => resolve("whole")).resume();
        });
      });
    const ends = [];
    for (let count = 0; count < 5; count += 1) ends.push(await ask());
    agent.destroy();
    expect(ends).toEqual(["whole", "whole", "ECONNRESET", "whole", "whole"]);
    expect(emulator.requests.map(({ bytesSent }) => bytesSent)).toEqual([
      ...[200_000, 200_000, 100_000],
      ...[200_000, 200_000],
    ]);
  });

  it("that are slow and short still bring the whole, part by part", async () => {
    const { url, emulator } = await withFault({
      cutEveryBytes: 250_000,
      bytesPerSecond: 10_000_000,
      times: 1000,
    });
    let got = Buffer.alloc(0);
    while (got.byteLength < bytes) {
      const part = await receive(url, { headers: { range: `bytes=${got.byteLength}-` } });
      expect(part.status).toBe(206);
      got = Buffer.concat([got, part.bytes]);
    }
    expect(got.equals(await original())).toBe(true);
    expect(emulator.requests).toHaveLength(3);
  });

  it("are cut by whichever cut comes first", async () => {
    const { url } = await withFault({ cutEveryBytes: 300_000, cut: { afterBytes: 1000, by: "end" } });
    expect((await receive(url)).bytes.byteLength).toBe(1000);
  });
});

describe("[EMU-12] rules", () => {
  it("strike the matching requests, after those to skip, as often as told", () => {
    const faults = createFaults();
    faults.add({ match: "GET /a", skip: 1, times: 2, delayMs: 1 });
    faults.add({ match: /^PUT \/b\?x=\d$/g, delayMs: 2 });
    const taken = (line: string) => faults.take(line)?.delayMs;
    expect(["GET /a", "GET /a", "PUT /a", "GET /a?x", "GET /a"].map(taken)).toEqual([
      undefined,
      1,
      undefined,
      1,
      undefined,
    ]);
    expect(["PUT /b", "PUT /b?x=1", "PUT /b?x=1"].map(taken)).toEqual([undefined, 2, undefined]);
  });

  it("strike in the order they were added, and not at all once cleared", () => {
    const faults = createFaults();
    for (const delayMs of [1, 2, 3]) faults.add({ delayMs });
    expect([faults.take("GET /")?.delayMs, faults.take("GET /")?.delayMs]).toEqual([1, 2]);
    faults.clear();
    expect(faults.take("GET /")).toBeUndefined();
  });

  it("must be known", () => {
    expect(() => createFaults().add({ cutt: 1 } as FaultRule)).toThrow(/no cutt\. Known are: match/);
  });
});
