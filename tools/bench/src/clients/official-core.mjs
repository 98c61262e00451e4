// official-core.mjs URL CERTIFICATE: a stream, which has to be asked for: by default it gives the bytes as a broken text.
import { createWriteStream, readFileSync } from "node:fs";
import { Agent } from "node:https";
import { pipeline } from "node:stream/promises";
import core from "@huaweicloud/huaweicloud-sdk-core";
import builder from "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";

const [, , url, certificate] = process.argv;
const { origin, pathname } = new URL(url);
const httpsAgent = url.startsWith("https:") ? new Agent({ ca: readFileSync(certificate) }) : undefined;
const credential = new core.BasicCredentials()
  .withAk("AKEXAMPLE0123456789A")
  .withSk("no-secret-of-anyone-0123456789abcdefghij")
  .withProjectId("0e0c5cd3f2c34d0d9c7b1f4a9f0a1b2c");
const client = new builder.ClientBuilder((made) => made)
  .withCredential(credential)
  .withEndpoint(origin)
  .withOptions({ axiosRequestConfig: { responseType: "stream", httpsAgent } })
  .build();
const nothing = { pathParams: {}, queryParams: {}, headers: {} };
const { body } = await client.sendRequest({ method: "GET", url: pathname, ...nothing });
await pipeline(body, createWriteStream("file.bin"));
