import { isGroup } from "./command.ts";
import { commandTree } from "./command-tree.ts";

/** What is wrong with the command line, as text or, where the words ask for it, as JSON. */
export function usageError(message: string, words: readonly string[]): string {
  if (words.includes("--json"))
    return JSON.stringify({
      type: "error",
      error: "ConfigurationError",
      code: "CONFIGURATION",
      message,
      exitCode: 2,
    });
  return `error: ${message}\nHelp: ${["cloudhaul", ...knownWords(words), "--help"].join(" ")}`;
}

/** As much of the command's name as is right. */
function knownWords([name = "", verb = ""]: readonly string[]): string[] {
  const entry = Object.hasOwn(commandTree, name) ? commandTree[name] : undefined;
  if (!entry) return [];
  return isGroup(entry) && Object.hasOwn(entry.commands, verb) ? [name, verb] : [name];
}
