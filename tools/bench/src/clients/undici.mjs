// undici.mjs URL CERTIFICATE
import { createWriteStream, readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Agent, request } from "undici";

const [, , url, certificate] = process.argv;
const dispatcher = url.startsWith("https:")
  ? new Agent({ connect: { ca: readFileSync(certificate) } })
  : undefined;
const { statusCode, body } = await request(url, { dispatcher });
if (statusCode !== 200) throw new Error(`status ${statusCode}`);
await pipeline(body, createWriteStream("file.bin"));
