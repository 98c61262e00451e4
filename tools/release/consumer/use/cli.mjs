// As the command itself is started, by its file in the package.
import { createRequire } from "node:module";

const { bin } = createRequire(import.meta.url)("@cloudhaul/cli/package.json");
const program = new URL(bin.cloudhaul, import.meta.resolve("@cloudhaul/cli/package.json"));
process.argv.splice(2, Infinity, "hss", "download", "hss-file", "--output", "saved/", "--quiet");
process.argv.push("--region", process.env.CLOUDHAUL_REGION);
await import(program.href);
