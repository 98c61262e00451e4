import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Destination, Download } from "@cloudhaul/core-http";
import { expect, it } from "vitest";
import { content, setArchiveScene } from "./archive-scene.ts";
import { bytesOf } from "./content-bytes.ts";
import { publishedFiles } from "./saved-files.ts";

/** A store that keeps what it gets, or breaks. */
function storeInto(received: Uint8Array[], breakAfter = Number.POSITIVE_INFINITY): Destination {
  return {
    open: async () => ({
      async write(batch) {
        received.push(...batch);
        if (received.length >= breakAfter) throw new Error("The store is full.");
      },
      commit: async () => {},
      abort: async () => {},
    }),
  };
}

interface Spool {
  readonly spoolDirectory?: string;
}

const ways: readonly (readonly [way: string, take: (download: Download, spool: Spool) => Promise<Buffer>])[] =
  [
    ["a stream", async (download, spool) => buffer(await download.toStream(spool))],
    ["memory", (download, spool) => download.toBytes({ maxBytes: content.bytes, ...spool })],
    [
      "a store",
      async (download, spool) => {
        const received: Uint8Array[] = [];
        await download.toDestination(storeInto(received), spool);
        return Buffer.concat(received);
      },
    ],
  ];

it.each(ways)("[HTTP-55] to %s it goes by way of a file, which is gone in the end", async (_way, take) => {
  const { folder, plan, asked } = await setArchiveScene();
  expect((await bytesOf(content)).equals(await take(plan(), { spoolDirectory: folder }))).toBe(true);
  expect(asked()).toBe(1);
  expect(await publishedFiles(folder)).toEqual([]);
});

it.each(ways)("[HTTP-55] to %s without such a file it does not go at all", async (_way, take) => {
  const { emulator, plan } = await setArchiveScene();
  await expect(take(plan(), {})).rejects.toMatchObject({ code: "CONFIGURATION", option: "acceptLoss" });
  expect(emulator.requests).toEqual([]);
});

it("[HTTP-55] a store that breaks leaves the whole archive in the spool, and the error says where", async () => {
  const { folder, plan, asked } = await setArchiveScene();
  const spooled = plan().toDestination(storeInto([], 1), { spoolDirectory: folder });
  const partialPath = join(folder, "archive.zip");
  await expect(spooled).rejects.toMatchObject({ code: "ONCE_ONLY", consumed: "yes", partialPath });
  expect((await bytesOf(content)).equals(await readFile(partialPath))).toBe(true);
  expect(asked()).toBe(1);
});
