import { type Command, type CommandGroup, isGroup } from "./command.ts";
import { ddsCommands } from "./dds-commands.ts";
import { hssCommands } from "./hss-commands.ts";
import { iotdaCommands } from "./iotda-commands.ts";
import { metastudioCommands } from "./metastudio-commands.ts";
import { ownCommands } from "./own-commands.ts";
import { romaCommands } from "./roma-commands.ts";

/** Every command, in the order in which they are shown. */
export const commandTree: Readonly<Record<string, Command | CommandGroup>> = {
  hss: hssCommands,
  iotda: iotdaCommands,
  roma: romaCommands,
  metastudio: metastudioCommands,
  dds: ddsCommands,
  ...ownCommands,
};

/** A command, and the words that call it: `["hss", "download"]`. */
export type NamedCommand = readonly [words: readonly string[], command: Command];

/** Every command, those of groups included. */
export function allCommands(): readonly NamedCommand[] {
  return Object.entries(commandTree).flatMap(([name, entry]): readonly NamedCommand[] =>
    isGroup(entry)
      ? Object.entries(entry.commands).map(([verb, command]): NamedCommand => [[name, verb], command])
      : [[[name], entry]],
  );
}
