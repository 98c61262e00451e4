import { createHash } from "node:crypto";
import fs, { readdirSync, statSync } from "node:fs";
import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { objectAnswer } from "./__fixtures__/object-server.ts";
import { head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { createDownload, createHttpSettings, createLinkSource, downloadLink } from "./index.ts";
import { openJournal } from "./journal.ts";
import { partialPaths } from "./partial-paths.ts";

afterEach(() => vi.restoreAllMocks());

const body = createHash("shake256", { outputLength: 400_000 }).update("slow").digest();
const half = body.length / 2;
/** Longer than what is held in memory. */
const long = createHash("shake256", { outputLength: 700_000 }).update("long").digest();

/** Calls `then` once the folder holds a hidden file of this kind: the download has been found too slow for a small one. */
function whenThere(folder: string, kind: string, leastBytes: number, then: () => void): void {
  const name = readdirSync(folder).find((entry) => entry.endsWith(kind));
  if (name !== undefined && statSync(join(folder, name)).size >= leastBytes) then();
  else setImmediate(whenThere, folder, kind, leastBytes, then);
}

function sendHalf(socket: Socket): void {
  socket.write(head(200, { "content-length": String(body.length) }));
  socket.write(body.subarray(0, half));
}

it("[HTTP-10] a small file whose rest comes just when it is found slow is saved as it is, with one request", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([
    (socket) => {
      sendHalf(socket);
      whenThere(folder.path, ".lock", 0, () => socket.write(body.subarray(half)));
    },
  ]);
  const saved = await downloadLink({ url: server.url }).toFile(folder.file("a"));
  expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
  expect(saved).toMatchObject({ bytes: body.length, attempts: 1, resumedFromByte: 0 });
  expect(await folder.names()).toEqual(["a"]);
});

it("[HTTP-10] what came of a slow small file is not written once its connection is cut, and it begins anew", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([
    (socket) => {
      sendHalf(socket);
      whenThere(folder.path, ".part", 0, () => setTimeout(() => socket.resetAndDestroy(), 200));
    },
    objectAnswer(body),
  ]);
  const handle = await open(folder.path, "r");
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  const { writev } = prototype;
  await handle.close();
  // A slow disk: what is written while the file begins anew lands behind that.
  vi.spyOn(prototype, "writev").mockImplementationOnce(async function (this: FileHandle, ...chunks) {
    await expect.poll(() => server.requests.length).toBe(2);
    return writev.apply(this, chunks);
  });
  const saved = await downloadLink({ url: server.url, retry: { baseDelayMs: 1 } }).toFile(folder.file("a"));
  expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
  expect(saved).toMatchObject({ bytes: body.length, attempts: 2 });
});

it("[HTTP-10] a transfer that is not used, for there is an earlier run to go on with, spoils nothing", async () => {
  await using folder = await makeTemporaryFolder();
  const first: Socket[] = [];
  await using server = await startScriptedServer([
    async (socket, { path }) => {
      sendHalf(socket);
      first.push(socket);
      // Another process has begun, and was killed.
      const source = `link://127.0.0.1:${server.port}${path}`;
      const { journal } = partialPaths(folder.path, source, "a");
      await (await openJournal(journal, { source, stage: "source" })).close();
    },
    (socket) => {
      sendHalf(socket);
      whenThere(folder.path, ".part", half, () => {
        first[0]?.resetAndDestroy();
        setTimeout(() => socket.write(body.subarray(half)), 200);
      });
    },
    objectAnswer(body),
  ]);
  const saved = await downloadLink({ url: `${server.url}/a`, retry: { baseDelayMs: 1 } }).toFile(
    folder.file("a"),
  );
  expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
  expect(saved).toMatchObject({ bytes: body.length, attempts: 1 });
  expect(server.requests).toHaveLength(2);
  expect(await folder.names()).toEqual(["a"]);
});

/** An answer whose length nobody is told. */
const chunked = (content: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${head(200, { "transfer-encoding": "chunked" })}${content.length.toString(16)}\r\n`),
    content,
    Buffer.from("\r\n0\r\n\r\n"),
  ]);

it("[HTTP-10] a file of unknown length that outgrows the memory for small ones is saved whole", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([(socket) => void socket.write(chunked(long))]);
  expect(await downloadLink({ url: server.url }).toFile(folder.file("a"))).toMatchObject({
    bytes: long.length,
    attempts: 1,
  });
  expect((await readFile(folder.file("a"))).equals(long)).toBe(true);
  expect(await folder.names()).toEqual(["a"]);
});

it.each(["fast", "slow"])(
  "[HTTP-10] one that is cut, be it %s, begins anew with nothing of what came",
  async (pace) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      (socket) => {
        const text = chunked(long);
        socket.write(text.subarray(0, half));
        if (pace === "fast") return void socket.end(text.subarray(half, long.length - 1));
        whenThere(folder.path, ".part", 0, () => socket.end(text.subarray(half, long.length - 1)));
      },
      (socket) => void socket.write(chunked(long)),
    ]);
    const download = downloadLink({ url: server.url, retry: { baseDelayMs: 1 } });
    expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: long.length, attempts: 2 });
    expect((await readFile(folder.file("a"))).equals(long)).toBe(true);
  },
);

it("[HTTP-15] a small file that has come leaves no timer", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([objectAnswer(body)]);
  const set = vi.spyOn(globalThis, "setTimeout");
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  await downloadLink({ url: server.url }).toFile(folder.file("a"));
  const timer = set.mock.results[set.mock.calls.findIndex(([, delayMs]) => delayMs === 250)]?.value;
  expect(timer).toBeDefined();
  expect(cleared).toHaveBeenCalledWith(timer);
});

it("[HTTP-10] a small file is whole also where the disk takes less at a time than it is given", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([objectAnswer(body)]);
  const write = fs.write as (...args: unknown[]) => void;
  const some = (file: number, bytes: Uint8Array, at: number, done: unknown): void =>
    write(file, bytes, at, Math.min(1000, bytes.length - at), done);
  vi.spyOn(fs, "write").mockImplementation(some as never);
  await downloadLink({ url: server.url }).toFile(folder.file("a"));
  expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
});

it("[HTTP-26] a small file is fetched by one at a time, and then by the next", async () => {
  await using folder = await makeTemporaryFolder();
  let second: Promise<unknown> | undefined;
  await using server = await startScriptedServer([
    async (socket, request) => {
      second ??= downloadLink({ url: server.url }).toFile(folder.file("a"));
      await second.catch(() => {});
      objectAnswer(body)(socket, request);
    },
  ]);
  const download = downloadLink({ url: server.url });
  expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: body.length });
  await expect(second).rejects.toMatchObject({ code: "TARGET_BUSY", path: folder.file("a") });
  expect(server.requests).toHaveLength(1);
  expect(await download.toFile(folder.file("a"), { overwrite: true })).toMatchObject({ bytes: body.length });
});

it("[HTTP-17] what may be asked for only until its body begins is asked for under the lock", async () => {
  await using folder = await makeTemporaryFolder();
  let held: readonly string[] = [];
  await using server = await startScriptedServer([
    (socket, request) => {
      held = readdirSync(folder.path);
      objectAnswer(body)(socket, request);
    },
  ]);
  const settings = createHttpSettings({});
  const source = createLinkSource(server.url, { operation: "GetResult", settings });
  await createDownload({ ...source, repeat: "before-body" }).toFile(folder.file("a"));
  expect(held).toContainEqual(expect.stringMatching(/\.lock$/));
});

it("[HTTP-27] a small file that was named by its server is handed over by the same call, where that was killed right then", async () => {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([objectAnswer(body)]);
  const killed = vi.spyOn(fs, "unlink").mockImplementation(() => {});
  void downloadLink({ url: `${server.url}/a` }).toFile(`${folder.path}/`);
  await expect.poll(() => killed.mock.calls.length).toBe(1);
  killed.mockRestore();
  const lock = (await folder.names()).find((name) => name.endsWith(".lock")) ?? "none";
  await rm(folder.file(lock), { recursive: true });
  const saved = await downloadLink({ url: `${server.url}/a` }).toFile(`${folder.path}/`);
  expect(saved).toMatchObject({ path: folder.file("a"), attempts: 0 });
  expect(server.requests).toHaveLength(1);
  expect(await folder.names()).toEqual(["a"]);
});
