import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A port that passes connections on to another and cuts them. */
export interface CuttingProxy {
  readonly port: number;
  /** How many connections it has cut. */
  cuts(): number;
}

/** How a connection breaks: by a reset, or by an end that comes too soon. */
const ways = [
  (client: Socket) => client.resetAndDestroy(),
  (client: Socket) => client.end(() => client.destroy()),
] as const;

/**
 * Passes TCP connections on to `port` of this machine and cuts each after some bytes of its answer, by turns with a reset
 * and with an end.
 *
 * @param cutAfter - bytes after which connection number `index` is cut, counted from 0; `undefined` for not at all
 */
export async function startCuttingProxy(
  port: number,
  cutAfter: (index: number) => number | undefined,
): Promise<CuttingProxy> {
  let connections = 0;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const limit = cutAfter(connections++) ?? Number.POSITIVE_INFINITY;
    const upstream = connect(port, "127.0.0.1");
    let passed = 0;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // A broken connection is broken on both sides, as it would be without anything in between.
      socket.on("error", () => socket.destroy());
    }
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      const part = chunk.subarray(0, limit - passed);
      passed += part.length;
      if (!client.write(part)) upstream.pause();
      if (passed < limit) return;
      upstream.destroy();
      ways[cuts++ % ways.length]?.(client);
    });
    client.on("drain", () => upstream.resume());
    upstream.on("end", () => client.end());
    upstream.on("close", () => client.destroySoon());
    client.on("close", () => upstream.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server.close(), "close");
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return { port: (server.address() as AddressInfo).port, cuts: () => cuts };
}
