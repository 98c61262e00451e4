import { open, readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { downloadLink } from "./index.ts";

afterEach(() => vi.restoreAllMocks());

it("[HTTP-10] the end of a small file that comes while its long way is prepared stands in it once", async () => {
  await using folder = await makeTemporaryFolder();
  const body = Buffer.from("0123456789".repeat(1000));
  let connection: Socket | undefined;
  await using server = await startScriptedServer([
    (socket) => {
      connection = socket;
      socket.write(
        Buffer.concat([Buffer.from(head(200, { "content-length": "10000" })), body.subarray(0, 7)]),
      );
    },
  ]);
  // The journal is made once the file has proved too slow to be held in memory, and before its bytes are written.
  const handle = await open(folder.path, "r");
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const datasync = prototype.datasync;
  let received = 0;
  vi.spyOn(prototype, "datasync").mockImplementation(async function (this: unknown) {
    connection?.write(body.subarray(7));
    connection = undefined;
    await expect.poll(() => received).toBe(body.length);
    return datasync.call(this);
  });
  const onProgress = ({ bytes }: { bytes: number }): void => {
    received = bytes;
  };
  const saved = await downloadLink({ url: server.url }).toFile(folder.file("a"), { onProgress });
  expect((await readFile(folder.file("a"))).equals(body)).toBe(true);
  expect(saved.bytes).toBe(body.length);
  expect(server.requests).toHaveLength(1);
});
