import {
  type Application,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type CommandContext,
  type Command as ParsedCommand,
  text_en,
} from "@stricli/core";
import { type Command, type CommandGroup, isGroup } from "./command.ts";
import { commandTree } from "./command-tree.ts";
import { type FlagName, type FlagValues, flags } from "./flags.ts";
import { commandHelp, groupHelp, overview } from "./help-text.ts";

/** The parser over all commands. What is wrong with the words goes through `wordUsageError` before it is printed. */
export function createApplication(wordUsageError: (message: string) => string): Application<CommandContext> {
  const routes = Object.entries(commandTree).map(([name, entry]) => [
    name,
    isGroup(entry) ? parsedGroup(entry) : parsed(entry),
  ]);
  const text = {
    ...text_en,
    formatException: (error: unknown) => (error instanceof Error ? error.message : String(error)),
    exceptionWhileParsingArguments: (error: unknown) =>
      wordUsageError(text_en.exceptionWhileParsingArguments.call(text, error, false)),
    noCommandRegisteredForInput: (found: Parameters<typeof text_en.noCommandRegisteredForInput>[0]) =>
      wordUsageError(text_en.noCommandRegisteredForInput({ ...found, ansiColor: false })),
  };
  return buildApplication(
    buildRouteMap({ routes: Object.fromEntries(routes), docs: { brief: "cloudhaul" } }),
    {
      name: "cloudhaul",
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      localization: { text },
    },
    {
      help: {
        flag: {
          brief: "Explain the command",
          aliases: ["h"],
          global: true,
          complete: true,
          defaultForRouteMap: true,
          run(_, { result }) {
            this.process.stdout.write(helpFor(result.prefix.slice(1)));
          },
        },
      },
      version: {
        flag: {
          brief: "Print the version",
          async run() {
            const { packageVersion } = await import("./package-version.ts");
            this.process.stdout.write(`${packageVersion()}\n`);
          },
        },
      },
    },
  );
}

function helpFor(words: readonly string[]): string {
  const [name = "", verb = ""] = words;
  const entry = Object.hasOwn(commandTree, name) ? commandTree[name] : undefined;
  if (!entry) return overview();
  if (!isGroup(entry)) return commandHelp(words, entry);
  const command = Object.hasOwn(entry.commands, verb) ? entry.commands[verb] : undefined;
  return command ? commandHelp(words, command) : groupHelp(name, entry);
}

function parsedGroup({ brief, commands }: CommandGroup) {
  const routes = Object.entries(commands).map(([verb, command]) => [verb, parsed(command)] as const);
  return buildRouteMap({ routes: Object.fromEntries(routes), docs: { brief } });
}

function parsed(command: Command): ParsedCommand<CommandContext> {
  const { argument, brief } = command;
  const aliases = command.flags.flatMap((name) => (flags[name].alias ? [[flags[name].alias, name]] : []));
  return buildCommand<FlagValues, readonly string[]>({
    docs: { brief },
    parameters: {
      flags: Object.fromEntries(command.flags.map((name) => [name, parsedFlag(name, command)])) as never,
      aliases: Object.fromEntries(aliases),
      positional: {
        kind: "array",
        minimum: argument?.minimum ?? 0,
        maximum: argument ? (argument.maximum ?? Number.POSITIVE_INFINITY) : 0,
        parameter: { brief: argument?.brief ?? "", placeholder: argument?.name ?? "", parse: String },
      },
    },
    loader: async () => {
      const { runCommand } = await import("./run-command.ts");
      return (values, ...words) => runCommand(command, values, words);
    },
  });
}

function parsedFlag(name: FlagName, { required = [] }: Command): object {
  const { brief, value, parse = String, many = false } = flags[name];
  const optional = !required.includes(name);
  if (value === undefined) return { kind: "boolean", brief, optional, withNegated: false };
  return { kind: "parsed", brief, placeholder: value, parse, optional, variadic: many };
}
