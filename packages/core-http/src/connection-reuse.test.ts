import { describe, expect, it } from "vitest";
import { answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { createHttpConnection } from "./http-connection.ts";

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
    await connection.destroy();
    expect(connection.isReusable()).toBe(false);
  });
});
