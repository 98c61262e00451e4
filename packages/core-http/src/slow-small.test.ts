import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { objectAnswer } from "./__fixtures__/object-server.ts";
import { head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { downloadLink } from "./index.ts";
import { openJournal } from "./journal.ts";
import { partialPaths } from "./partial-paths.ts";

afterEach(() => vi.restoreAllMocks());

const body = createHash("shake256", { outputLength: 400_000 }).update("slow").digest();
const half = body.length / 2;

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
