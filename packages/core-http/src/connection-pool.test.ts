import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { createTransport, type HttpResponse } from "./index.ts";

const get = (url: string) => ({ method: "GET", url, headers: {} });

async function textOf({ body }: HttpResponse): Promise<string> {
  let text = "";
  for (let batch = await body.read(); batch; batch = await body.read()) text += Buffer.concat(batch);
  return text;
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("[HTTP-2] a connection that is kept", () => {
  it("is used again however long its next answer takes, and is closed after a while without a request", async () => {
    let open: Socket | undefined;
    await using server = await startScriptedServer([
      answer(200, {}, "one"),
      (socket) => {
        socket.write(`${head(200, { "content-length": "3" })}tw`);
        open = socket;
      },
    ]);
    const transport = createTransport();
    expect(await textOf(await transport.send(get(server.url)))).toBe("one");
    expect(vi.getTimerCount()).toBe(1);
    const second = await transport.send(get(server.url));
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    open?.write("o");
    expect(await textOf(second)).toBe("two");
    await vi.advanceTimersByTimeAsync(3_999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await expect.poll(() => server.connections.size).toBe(0);
    expect([server.connectionCount(), vi.getTimerCount()]).toEqual([1, 0]);
  });

  it.each<[Record<string, string>, number]>([
    [{ "keep-alive": "timeout=3" }, 2000],
    [{ "keep-alive": "timeout=60, max=9" }, 4000],
    [{ "keep-alive": "timeout=1" }, 0],
    [{ "keep-alive": "timeout=0" }, 0],
    [{ connection: "close" }, 0],
  ])("is closed before the server does it: with %j after %i ms", async (headers, keptMs) => {
    await using server = await startScriptedServer([answer(200, headers, "x")]);
    const transport = createTransport();
    await textOf(await transport.send(get(server.url)));
    expect(vi.getTimerCount()).toBe(keptMs > 0 ? 1 : 0);
    await vi.advanceTimersByTimeAsync(Math.max(keptMs - 1, 0));
    expect(vi.getTimerCount()).toBe(keptMs > 0 ? 1 : 0);
    await vi.advanceTimersByTimeAsync(1);
    await expect.poll(() => server.connections.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not lost when another one is closed by the server", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const transport = createTransport();
    const both = await Promise.all([transport.send(get(server.url)), transport.send(get(server.url))]);
    for (const one of both) await textOf(one);
    const [first] = server.connections;
    first?.end();
    await expect.poll(() => vi.getTimerCount()).toBe(1);
    await expect.poll(() => server.connections.size).toBe(1);
    await textOf(await transport.send(get(server.url)));
    expect(server.connectionCount()).toBe(2);
    await transport.close();
    expect(vi.getTimerCount()).toBe(0);
    await expect.poll(() => server.connections.size).toBe(0);
  });

  it("is not kept once the transport was closed, whether it was under way then or came later", async () => {
    let open: Socket | undefined;
    await using server = await startScriptedServer([
      (socket) => {
        socket.write(`${head(200, { "content-length": "3" })}on`);
        open = socket;
      },
      answer(200, {}, "two"),
    ]);
    const transport = createTransport();
    const first = await transport.send(get(server.url));
    await transport.close();
    expect(await textOf(await transport.send(get(server.url)))).toBe("two");
    open?.write("e");
    expect(await textOf(first)).toBe("one");
    await expect.poll(() => server.connections.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not taken for a request that comes while it is being closed", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const transport = createTransport();
    await textOf(await transport.send(get(server.url)));
    vi.advanceTimersByTime(4_000);
    await textOf(await transport.send(get(server.url)));
    const closing = transport.close();
    expect(await textOf(await transport.send(get(server.url)))).toBe("x");
    await closing;
    expect([server.connectionCount(), vi.getTimerCount()]).toEqual([3, 0]);
  });

  it("[HTTP-15] leaves no timer behind when its request fails", async () => {
    await using server = await startScriptedServer([(socket) => void socket.end()]);
    await expect(createTransport().send(get(server.url))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("[HTTP-15] leaves neither a timer nor a connection behind when its request cannot be written", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    await expect(createTransport().send(get(`${server.url}/a b`))).rejects.toMatchObject({ option: "url" });
    expect(vi.getTimerCount()).toBe(0);
    await expect.poll(() => [server.connectionCount(), server.connections.size]).toEqual([1, 0]);
  });

  it("[HTTP-15] leaves no listener on the signals of the requests that it carried", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const transport = createTransport();
    const { signal } = new AbortController();
    for (let count = 0; count < 2; count++) await textOf(await transport.send(get(server.url), { signal }));
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await transport.close();
  });
});

it("[HTTP-10] a body without a length that is reset has not ended", async () => {
  let open: Socket | undefined;
  await using server = await startScriptedServer([
    (socket) => {
      socket.write(`${head(200, {})}abc`);
      open = socket;
    },
  ]);
  const { body } = await createTransport().send(get(server.url));
  expect(Buffer.concat((await body.read()) ?? []).toString()).toBe("abc");
  open?.resetAndDestroy();
  await expect(body.read()).rejects.toMatchObject({ code: "CONNECTION_LOST", phase: "body" });
});
