// cloudhaul-all.mjs LINKS OPTIONS: saves every link of a list under its own name.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { downloadAll, downloadLink } from "@cloudhaul/core-http";

const [, , links, options] = process.argv;
const urls = readFileSync(links, "utf8").trim().split("\n");
const items = urls.map((url) => ({ download: downloadLink({ url }), path: basename(url) }));
await downloadAll(items, { ...JSON.parse(options), stopOnError: true });
