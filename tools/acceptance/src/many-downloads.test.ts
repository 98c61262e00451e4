import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startProgram } from "./killable-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What a process holds when nothing is being downloaded. */
interface Held {
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly resources: Readonly<Record<string, number>>;
  readonly openFiles: number;
  readonly signalListeners: number;
  readonly processListeners: number;
  readonly left: readonly string[];
}

const mebibyte = 1024 ** 2;
const file = Buffer.alloc(4096, "cloudhaul ");

async function startServer(): Promise<{ readonly url: string; requests(): number }> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(200, { "content-length": file.length, etag: '"small"' }).end(file);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server.close(), "close");
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
}

it("[HTTP-56] ten thousand downloads in one process leave no listener, no handle and no memory behind", async () => {
  const server = await startServer();
  const [some, all] = [2000, 10_000];
  const { exitCode, stdout, stderr } = await startProgram(join(import.meta.dirname, "small-downloads.ts"), {
    nodeArguments: ["--expose-gc"],
    arguments: [server.url, await temporaryFolder(), String(some), String(all)],
  }).ended;
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(server.requests()).toBe(all);
  const { afterSome, afterAll, warnings } = JSON.parse(stdout) as {
    readonly afterSome: Held;
    readonly afterAll: Held;
    readonly warnings: readonly string[];
  };
  expect(warnings).toEqual([]);
  const grownMib = (afterAll.heapBytes - afterSome.heapBytes) / mebibyte;
  console.log(
    `Heap after ${some}: ${afterSome.heapBytes / mebibyte} MiB; after ${all}: ${grownMib} MiB more.`,
  );
  expect(grownMib).toBeLessThan(3);
  expect((afterAll.externalBytes - afterSome.externalBytes) / mebibyte).toBeLessThan(3);
  expect(afterSome).toMatchObject({ signalListeners: 0, left: [] });
  expect(afterAll).toMatchObject({ signalListeners: 0, left: [] });
  expect(afterAll.processListeners).toBe(afterSome.processListeners);
  // Idle connections close and open in between: some more or fewer, where a leak would be one for each download.
  const idleConnections = 16;
  expect(afterAll.openFiles).toBeLessThanOrEqual(afterSome.openFiles + idleConnections);
  for (const [name, count] of Object.entries(afterAll.resources)) {
    expect(count, name).toBeLessThanOrEqual((afterSome.resources[name] ?? 0) + idleConnections);
  }
});
