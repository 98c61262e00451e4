import type { Command, CommandGroup } from "./command.ts";
import { isGroup } from "./command.ts";
import { commandTree } from "./command-tree.ts";
import { exitCodes } from "./exit-codes.ts";
import { type FlagName, flags, flagText } from "./flags.ts";

const columns = 80;

/** What `cloudhaul` alone prints: one screen. */
export function overview(): string {
  const rows = Object.entries(commandTree).map(([name, entry]): [string, string] => {
    const verbs = isGroup(entry) ? `: ${Object.keys(entry.commands).join(", ")}` : "";
    return [name, entry.brief + verbs];
  });
  return `cloudhaul: files and backups out of Huawei Cloud, whole, verified, resumable

Usage: cloudhaul COMMAND [ids] [options]

${table(rows)}
Begin with
  cloudhaul doctor --region ap-southeast-3
  cloudhaul hss download 7f3c2a10 --region ap-southeast-3 --output exports/

Help on each: cloudhaul hss download --help
`;
}

/** What `cloudhaul hss` prints. */
export function groupHelp(name: string, { brief, commands }: CommandGroup): string {
  const rows = Object.entries(commands).map(([verb, command]): [string, string] => [
    `${name} ${verb}`,
    command.brief,
  ]);
  return `${brief}\n\n${table(rows)}\nHelp on each: cloudhaul ${rows[0]?.[0]} --help\n`;
}

/** What `--help` prints for one command. */
export function commandHelp(words: readonly string[], command: Command): string {
  const { argument, examples } = command;
  const sections = [
    `Usage: ${synopsis(words, command)}`,
    `${wrap(command.brief, 0)}.`,
    wrap(command.description, 0),
    argument && `Argument\n${table([[argumentText(command), argument.brief]])}`,
    command.flags.length > 0 && `Options\n${table(command.flags.map((name) => optionRow(name, command)))}`,
    `Examples\n${examples.map(({ does, line }) => `  # ${does}\n  ${line}\n`).join("")}`,
    `Exit codes\n${table(exitCodes.map(({ code, means }) => [String(code), means]))}`,
  ];
  return sections
    .filter(Boolean)
    .map((section) => `${String(section).trimEnd()}\n`)
    .join("\n");
}

/** `cloudhaul roma download ARCHIVE_ID... --instance ID [options]`. */
export function synopsis(words: readonly string[], command: Command): string {
  const demanded = (command.required ?? []).map((name) => `${flagText(name)} ${flags[name].value}`);
  const rest = command.flags.length > demanded.length ? "[options]" : "";
  return ["cloudhaul", ...words, argumentText(command), ...demanded, rest].filter(Boolean).join(" ");
}

function argumentText({ argument }: Command): string {
  if (!argument) return "";
  const { name, minimum, maximum } = argument;
  const many = maximum === 1 ? name : `${name}...`;
  return minimum === 0 ? `[${many}]` : many;
}

/** How an option is written, and what it does. */
export function optionRow(name: FlagName, { required = [] }: Command): [string, string] {
  const { alias, value, brief } = flags[name];
  const long = `${flagText(name)}${value ? ` ${value}` : ""}`;
  return [
    `${alias ? `-${alias}, ` : "    "}${long}`,
    required.includes(name) ? `${brief} (required)` : brief,
  ];
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(28, Math.max(...rows.map(([left]) => left.length)));
  return rows
    .map(([left, right]) => {
      const text = wrap(right, width + 4);
      // What does not fit beside its text stands above it.
      if (left.length > width) return `  ${left}\n${" ".repeat(width + 4)}${text}\n`;
      return `  ${left.padEnd(width + 2)}${text}\n`;
    })
    .join("");
}

/** Breaks a text into lines; all but the first are indented. */
function wrap(text: string, indent: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line && indent + line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}
