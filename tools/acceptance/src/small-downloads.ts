import { getEventListeners } from "node:events";
import { readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Download, downloadLink } from "@cloudhaul/core-http";

// Many small downloads in one process, in every way there is, and what they leave behind after some and after all.
const [, , url = "", folder = "", some = "0", all = "0"] = process.argv;
const concurrency = 16;
const warnings: string[] = [];
process.on("warning", ({ name, message }) => warnings.push(`${name}: ${message}`));
const controller = new AbortController();
const { signal } = controller;

const ways: readonly ((download: Download, index: number) => Promise<unknown>)[] = [
  async (download, index) => {
    const { path } = await download.toFile(join(folder, String(index)), { signal, fsync: false });
    await unlink(path);
  },
  (download) => download.toBytes({ maxBytes: 100_000, signal }),
  async (download) => text(await download.toStream({ signal })),
  (download) => {
    const writer = { write: async () => {}, commit: async () => {}, abort: async () => {} };
    return download.toDestination({ open: async () => writer }, { signal });
  },
];

let next = 0;
async function downloadUpTo(count: number): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      await ways[index % ways.length]?.(downloadLink({ url: `${url}/${index}` }), index);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  next = count;
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

async function measure() {
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  return {
    heapBytes: process.memoryUsage().heapUsed,
    externalBytes: process.memoryUsage().external,
    resources: count(process.getActiveResourcesInfo()),
    openFiles: process.platform === "linux" ? (await readdir("/proc/self/fd")).length : 0,
    signalListeners: getEventListeners(signal, "abort").length,
    processListeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    left: await readdir(folder),
  };
}

await downloadUpTo(Number(some));
const afterSome = await measure();
await downloadUpTo(Number(all));
const afterAll = await measure();
console.log(JSON.stringify({ afterSome, afterAll, warnings }));
