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
