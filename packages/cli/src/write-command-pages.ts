import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandPages } from "./command-pages.ts";

// Run from this repository alone: node packages/cli/src/write-command-pages.ts [DIR]
const folder = process.argv[2] ?? "docs/commands";
await mkdir(folder, { recursive: true });
for (const { fileName, markdown } of commandPages()) await writeFile(join(folder, fileName), markdown);
