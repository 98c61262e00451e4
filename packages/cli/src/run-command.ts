import { type Command, interruptedTexts } from "./command.ts";
import { exitCodeOf } from "./exit-codes.ts";
import type { FlagValues } from "./flags.ts";
import { Interrupted, ReaderGone, watchInterruption } from "./interruption.ts";
import { createOutput, type Output } from "./output.ts";
import { ToldFailure } from "./told-failure.ts";

/** Runs one command in this process: with interruptions, errors and exit code. */
export async function runCommand(
  command: Command,
  flags: FlagValues,
  words: readonly string[],
): Promise<void> {
  const interruption = watchInterruption(process);
  const output = createOutput(flags, process);
  const { signal } = interruption;
  try {
    const run = await command.load();
    await run({ signal, output }, flags, words);
    output.close();
  } catch (error) {
    output.close();
    process.exitCode = tellEnd(signal.aborted ? signal.reason : error, command, flags, output);
    // What stdout has not taken by now, it may never take; nobody waits for it any more.
    if (signal.aborted) process.exit();
  } finally {
    interruption.stop();
  }
}

/** Says how it ended, and gives the exit code. */
function tellEnd(error: unknown, command: Command, flags: FlagValues, output: Output): number {
  if (error instanceof ReaderGone) return 141;
  if (error instanceof ToldFailure) return exitCodeOf(error.first);
  if (!(error instanceof Interrupted)) {
    output.error(error);
    return exitCodeOf(error);
  }
  output.say(interruptedText(command, flags));
  return 130;
}

function interruptedText({ interrupted }: Command, { output, inputFile }: FlagValues): string {
  if (output === "-" || interrupted === undefined) return "Interrupted.";
  const sameInput = inputFile === "-" ? "(with the same input)  " : "";
  const line = commandLine(process.argv.slice(2));
  return `Interrupted. ${interruptedTexts[interrupted]}\n  ${sameInput}${line}`;
}

/** What was typed, for a shell. A link is a key to its file, and stderr may be a log: only its beginning is shown. */
function commandLine(words: readonly string[]): string {
  const shown = words.map((word) => {
    if (/^https?:/i.test(word)) return `'${word.replace(/[?#].*$/s, "")}…'`;
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  });
  return ["cloudhaul", ...shown].join(" ");
}
