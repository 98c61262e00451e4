import { writeFileSync } from "node:fs";
import path from "node:path";
import { type Consumer, withoutOptionalPeers } from "./consumer.ts";
import { runCommand } from "./run-command.ts";
import type { Toolchains } from "./toolchains.ts";

/** How TypeScript may be told to find modules; only the first knows `require` of an ES module. */
const resolutions = [
  { moduleResolution: "nodenext", module: "nodenext", files: ["imported.mts", "required.cts"] },
  { moduleResolution: "bundler", module: "esnext", files: ["imported.mts"] },
];

/** Writes programs into a consumer's project that name everything its package exports. */
export function writeTypedPrograms({ published, directory }: Consumer): void {
  const entries = withoutOptionalPeers(published).map((from, index) => ({ from, name: `entry${index}` }));
  const lines = (line: (entry: (typeof entries)[number]) => string) => entries.map(line).join("\n");
  const use = lines(({ name }) => `export const keysOf_${name}: string[] = Object.keys(${name});`);
  const imports = lines(({ name, from }) => `import * as ${name} from "${from}";`);
  const requires = lines(({ name, from }) => `import ${name} = require("${from}");`);
  writeFileSync(path.join(directory, "imported.mts"), `${imports}\n${use}\n`);
  writeFileSync(path.join(directory, "required.cts"), `${requires}\n${use}\n`);
}

/**
 * Compiles the declarations of all packages, and of all that they lead to, each program in its own project: what it
 * imports is looked for there. Gives the compiler's complaints; those about a file begin with it, seen from `folder`.
 * One run of the compiler for all of them, since most of its time goes into the types of Node.
 */
export async function compileTypes(
  folder: string,
  consumers: readonly Consumer[],
  compiler: Toolchains["compilers"][number],
  { nodes, typeRoot }: Toolchains,
): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const { files, ...resolution } of resolutions) {
    const compilerOptions = {
      ...resolution,
      target: "es2023",
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: ["node"],
      typeRoots: [typeRoot],
    };
    const programs = consumers.flatMap(({ directory }) => files.map((file) => path.join(directory, file)));
    const config = path.join(folder, `tsconfig.${compiler.version}.${resolution.moduleResolution}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions, files: programs }));
    const node = nodes.at(-1)?.program ?? process.execPath;
    // One line for each complaint, whatever the environment says of colours.
    const words = [compiler.program, "--pretty", "false", "-p", config];
    const run = runCommand(node, words, { cwd: folder, env: process.env });
    const [failure = "", ...lines] = await run.then(
      () => [],
      (error: Error) => error.message.split("\n"),
    );
    const said = lines.filter((line) => line.trim() !== "");
    // One that fails without a word has not passed.
    complaints.push(...(said.length > 0 || failure === "" ? said : [failure]));
  }
  return complaints;
}
