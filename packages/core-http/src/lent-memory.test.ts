import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createTransport } from "./index.ts";

const body = createHash("shake256", { outputLength: 6 * 1024 * 1024 })
  .update("lent")
  .digest();

it.each([1_000, 40_000, 262_144])(
  "[HTTP-111] what was handed out stays as it is until more is asked for, in chunks of %i bytes",
  async (chunkBytes) => {
    const server = createServer((_, response) => {
      for (let at = 0; at < body.length; at += chunkBytes) response.write(body.subarray(at, at + chunkBytes));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const transport = createTransport();
    try {
      const request = { method: "GET", url: `http://127.0.0.1:${port}/`, headers: {} };
      const answer = await transport.send(request, { signal: undefined, headersTimeoutMs: 5_000 });
      let at = 0;
      for (
        let batch = await answer.body.read(512 * 1024);
        batch;
        batch = await answer.body.read(512 * 1024)
      ) {
        await sleep(5); // the connection goes on reading meanwhile
        for (const chunk of batch) {
          expect(body.subarray(at, at + chunk.byteLength).equals(chunk), `at byte ${at}`).toBe(true);
          at += chunk.byteLength;
        }
      }
      expect(at).toBe(body.length);
    } finally {
      await transport.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  },
);

it("[HTTP-111] and so does what is read only after the next answer has begun to come over that connection", async () => {
  const small = body.subarray(0, 700_000);
  const server = createServer(
    (request, response) => void response.end(request.url === "/small" ? small : body),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let connections = 0;
  server.on("connection", () => connections++);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = createTransport();
  const get = (path: string) => transport.send({ method: "GET", url: origin + path, headers: {} });
  try {
    // Grown by a long answer, the connection's memory comes in pieces that are used again.
    const first = await get("/");
    while (await first.body.read(512 * 1024));
    const late = await get("/small");
    await sleep(50); // all of it comes, and the connection is free
    const next = await get("/");
    let at = 0;
    let lateAt = 0;
    let isLateOver = false;
    for (let batch = await next.body.read(1); batch; batch = await next.body.read(1)) {
      await sleep(5); // more of the next answer waits when the late one is read
      const lateBatch: readonly Uint8Array[] | undefined = isLateOver ? undefined : await late.body.read(1);
      isLateOver = lateBatch === undefined;
      await sleep(5); // the connection goes on reading meanwhile
      for (const chunk of lateBatch ?? []) {
        expect(small.subarray(lateAt, lateAt + chunk.byteLength).equals(chunk), `at byte ${lateAt}`).toBe(
          true,
        );
        lateAt += chunk.byteLength;
      }
      for (const chunk of batch) {
        expect(body.subarray(at, at + chunk.byteLength).equals(chunk), `at byte ${at}`).toBe(true);
        at += chunk.byteLength;
      }
    }
    expect([at, lateAt, connections]).toEqual([body.length, small.length, 1]);
  } finally {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
