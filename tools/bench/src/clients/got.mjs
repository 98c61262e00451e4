// got.mjs URL CERTIFICATE
import { createWriteStream, readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import got from "got";

const [, , url, certificate] = process.argv;
const https = { certificateAuthority: readFileSync(certificate) };
await pipeline(got.stream(url, { https, decompress: false }), createWriteStream("file.bin"));
