import { downloadLink } from "@cloudhaul/core-http";

const [, , url = ""] = process.argv;
const renew = async (): Promise<string> => url.replace("link=first", "link=fresh");
await downloadLink({ url, renew, timeouts: { headersMs: 2000 } }).toFile("out", { stallTimeoutMs: 2000 });
