// cloudhaul.mjs URL CERTIFICATE OPTIONS: saves the link as file.bin, as a user of the package would.
// A .mjs like its neighbours, so that nobody's time holds the stripping of types.
import { readFileSync } from "node:fs";
import { downloadLink } from "@cloudhaul/core-http";

const [, , url, certificate, options] = process.argv;
const tls = url.startsWith("https:") ? { ca: readFileSync(certificate, "utf8") } : undefined;
await downloadLink({ url, tls }).toFile("file.bin", JSON.parse(options));
