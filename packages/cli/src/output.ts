import type { Logger } from "@cloudhaul/core-http";
import { errorObject, errorText } from "./error-report.ts";
import type { FlagValues } from "./flags.ts";
import { createProgressBar } from "./progress-bar.ts";
import { createNoProgress, type ProgressDisplay } from "./progress-display.ts";
import { createProgressLines } from "./progress-lines.ts";
import { harmless } from "./shown-text.ts";

/** What a command says: data on stdout, talk on stderr. */
export interface Output {
  readonly progress: ProgressDisplay;
  readonly logger: Logger;
  /** Whether people at a terminal read what is said, so that the same as data would be twice the same. */
  readonly isTold: boolean;
  /** Whether data is read by people, from a terminal. */
  readonly isTable: boolean;
  /** A line of data: `text`, if there is one, or `json` where that was asked for. */
  data(text: string | undefined, json: object): void;
  /** A line for people. */
  say(text: string): void;
  error(error: unknown): void;
  close(): void;
}

/** Where it is said. */
export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Says it as the flags want it. */
export function createOutput({ json, quiet, verbose, noColor, output }: FlagValues, to: Streams): Output {
  // A file that goes to stdout must not have lines of ours in it.
  const dataStream = output === "-" ? to.stderr : to.stdout;
  const isTerminal = to.stderr.isTTY && process.env.TERM !== "dumb";
  const isPlain = noColor || process.env.NO_COLOR || !isTerminal;
  const paint = (code: number, text: string): string => (isPlain ? text : `\x1b[${code}m${text}\x1b[0m`);
  const progress = createProgress();

  function createProgress(): ProgressDisplay {
    if (json || quiet) return createNoProgress(to.stderr);
    return isTerminal ? createProgressBar(to.stderr) : createProgressLines(to.stderr);
  }

  const isOneTerminal = to.stderr.isTTY && dataStream.isTTY;

  function writeData(text: string): void {
    // Through the display where both go to one place: bars would stand in the middle of it.
    if (dataStream === to.stderr || isOneTerminal) progress.write(`${harmless(text)}\n`);
    else dataStream.write(`${text}\n`);
  }

  const log =
    (level: keyof Logger, isTold: boolean): Logger["debug"] =>
    (message, fields) => {
      if (!isTold) return;
      const line = json
        ? JSON.stringify({ type: "log", level, message, ...fields })
        : paint(level === "debug" ? 2 : 33, harmless(logLine(message, fields)));
      progress.write(`${line}\n`);
    };

  return {
    progress,
    logger: {
      debug: log("debug", verbose === true),
      info: log("info", verbose === true),
      warn: log("warn", verbose === true || !(json || quiet)),
      error: log("error", verbose === true), // the error itself is told at the end
    },
    isTable: dataStream.isTTY && !json,
    isTold: isOneTerminal && !quiet,
    data(text, object) {
      if (json) writeData(JSON.stringify(object));
      else if (text !== undefined) writeData(text);
    },
    say: (text) => {
      if (!json && !quiet) progress.write(`${harmless(text)}\n`);
    },
    error(error) {
      const line = json
        ? JSON.stringify(errorObject(error))
        : `${paint(31, "error:")} ${harmless(errorText(error))}`;
      progress.write(`${line}\n`);
    },
    close: () => progress.close(),
  };
}

function logLine(message: string, fields: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(fields).filter(([, value]) => value !== undefined);
  const words = told.map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return [message, ...words].join("  ");
}
