import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Agent, RetryAgent, request } from "undici";

const [, , url = ""] = process.argv;
const connect = { timeout: 5000 };
const dispatcher = new RetryAgent(new Agent({ headersTimeout: 2000, bodyTimeout: 2000, connect }), {
  maxRetries: 15,
  minTimeout: 100,
  timeoutFactor: 1,
  // Its own list, and the time-outs, which it leaves out.
  errorCodes: [
    ...["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "ENETDOWN", "ENETUNREACH", "EHOSTDOWN", "EPIPE"],
    ...["UND_ERR_SOCKET", "UND_ERR_BODY_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_CONNECT_TIMEOUT"],
  ],
});
const { statusCode, body } = await request(url, { dispatcher });
if (statusCode !== 200) throw new Error(`Status ${statusCode}`);
await pipeline(body, createWriteStream("out"));
await dispatcher.close();
