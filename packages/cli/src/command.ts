import type { FlagName, FlagValues } from "./flags.ts";
import type { Session } from "./session.ts";

/** One command: what the parser, the help, the pages and the completion need to know of it. */
export interface Command {
  /** One line. */
  readonly brief: string;
  /** What else there is to know, in paragraphs. */
  readonly description: string;
  readonly argument?: CommandArgument;
  readonly flags: readonly FlagName[];
  /** Those of `flags` without which it cannot run. */
  readonly required?: readonly FlagName[];
  readonly examples: readonly CommandExample[];
  /** What an interruption leaves behind. Default: nothing to speak of. */
  readonly interrupted?: keyof typeof interruptedTexts;
  /** Loads what does it: a service is loaded when it is wanted. */
  load(): Promise<CommandRun>;
}

/** What stands behind the command's name. */
export interface CommandArgument {
  /** For example `FILE_ID`. */
  readonly name: string;
  readonly brief: string;
  readonly minimum: number;
  /** Default: any number. */
  readonly maximum?: number;
}

/** A command line that works, and what it is good for. */
export interface CommandExample {
  readonly does: string;
  readonly line: string;
}

interface Runner {
  run(session: Session, flags: FlagValues, words: readonly string[]): Promise<void>;
}

/** Does a command's work. A method's type, so that a command may count on the flags that the parser demanded. */
export type CommandRun = Runner["run"];

/** Commands that belong together, such as those of one service. */
export interface CommandGroup {
  readonly brief: string;
  readonly commands: Readonly<Record<string, Command>>;
}

/** Tells a group from a command. */
export function isGroup(entry: Command | CommandGroup): entry is CommandGroup {
  return "commands" in entry;
}

/** What to do after an interruption. */
export const interruptedTexts = {
  resumable: "What came is kept where it can be taken up. To go on, run the same command again:",
  "once-only":
    "If the service was asked already, what came is kept in the folder. The same command goes on, or tells what became of it:",
  task: "The service's task goes on. To wait for it again:",
} as const;
