import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { allCommands } from "./command-tree.ts";
import { flagText } from "./flags.ts";
import { commandPages } from "./index.ts";

const folder = new URL("../../../docs/commands/", import.meta.url);

it("[CLI-19] docs/commands is what the commands say of themselves: else, npm run cli-docs", () => {
  const written = readdirSync(folder).sort();
  expect(written).toEqual(
    commandPages()
      .map(({ fileName }) => fileName)
      .sort(),
  );
  for (const { fileName, markdown } of commandPages())
    expect(readFileSync(new URL(fileName, folder), "utf8")).toBe(markdown);
});

it.each(allCommands())("[CLI-19] the page of %s has its flags, examples and exit codes", (words, command) => {
  const page = commandPages().find(({ fileName }) => fileName === `${words.join("-")}.md`);
  for (const name of command.flags) expect(page?.markdown).toContain(`${flagText(name)}`);
  for (const { line } of command.examples) expect(page?.markdown).toContain(line);
  expect(page?.markdown).toContain("| `130` | interrupted");
});
