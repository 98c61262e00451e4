// undici-all.mjs LINKS CONCURRENCY
import { createWriteStream, readFileSync } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { request } from "undici";

const [, , links, concurrency] = process.argv;
const urls = readFileSync(links, "utf8").trim().split("\n").values();

async function worker() {
  for (const url of urls) {
    const { statusCode, body } = await request(url);
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    await pipeline(body, createWriteStream(basename(url)));
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, worker));
