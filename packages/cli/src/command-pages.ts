import type { Command } from "./command.ts";
import { allCommands, type NamedCommand } from "./command-tree.ts";
import { exitCodes } from "./exit-codes.ts";
import { optionRow, synopsis } from "./help-text.ts";

/** One page of the manual. */
export interface CommandPage {
  /** For example `hss-download.md`. */
  readonly fileName: string;
  readonly markdown: string;
}

/** The manual: a page for each command, and one that lists them. They are made from what `--help` is made from. */
export function commandPages(): readonly CommandPage[] {
  const pages = allCommands().map(([words, command]) => ({
    fileName: `${words.join("-")}.md`,
    markdown: pageOf(words, command),
  }));
  return [{ fileName: "README.md", markdown: listOf(allCommands()) }, ...pages];
}

function pageOf(words: readonly string[], command: Command): string {
  const { brief, description, argument, examples } = command;
  const options = command.flags.map((name) => optionRow(name, command));
  const sections = [
    `# cloudhaul ${words.join(" ")}`,
    `${brief}.`,
    fenced(synopsis(words, command)),
    description,
    argument && `## Argument\n\n${rows([[argument.name, argument.brief]])}`,
    options.length > 0 && `## Options\n\n${rows(options)}`,
    `## Examples\n\n${examples.map(({ does, line }) => `${capitalized(does)}:\n\n${fenced(line)}`).join("\n\n")}`,
    `## Exit codes\n\n${rows(exitCodes.map(({ code, means }) => [String(code), means]))}`,
    "[All commands](README.md)",
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

function listOf(commands: readonly NamedCommand[]): string {
  const lines = commands.map(([words, { brief }]) => {
    const name = words.join(" ");
    return `| [${name}](${words.join("-")}.md) | ${escaped(brief)} |`;
  });
  return `# The commands of cloudhaul\n\n| command | what it does |\n|---|---|\n${lines.join("\n")}\n`;
}

function rows(entries: readonly (readonly [string, string])[]): string {
  const lines = entries.map(([left, right]) => `| \`${left.trim()}\` | ${escaped(right)} |`);
  return `| | |\n|---|---|\n${lines.join("\n")}`;
}

function fenced(text: string): string {
  return `\`\`\`sh\n${text}\n\`\`\``;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
