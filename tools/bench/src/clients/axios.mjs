// axios.mjs URL CERTIFICATE
import { createWriteStream, readFileSync } from "node:fs";
import { Agent } from "node:https";
import { pipeline } from "node:stream/promises";
import axios from "axios";

const [, , url, certificate] = process.argv;
const httpsAgent = url.startsWith("https:") ? new Agent({ ca: readFileSync(certificate) }) : undefined;
const { data } = await axios.get(url, { responseType: "stream", httpsAgent });
await pipeline(data, createWriteStream("file.bin"));
