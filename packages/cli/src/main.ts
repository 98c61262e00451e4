import { proposeCompletions, run } from "@stricli/core";
import { createApplication } from "./application.ts";
import { secretRefusal } from "./secret-arguments.ts";
import { usageError } from "./usage-error.ts";

/** Does what the words say, and leaves the exit code. */
async function main(words: readonly string[]): Promise<void> {
  // `cloudhaul dds links | head -1` is no failure to speak of; commands that run tidy up by themselves.
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    process.exitCode ??= code === "EPIPE" ? 141 : 8;
  });
  process.stderr.on("error", () => {}); // there is nobody left to tell
  const refusal = secretRefusal(words);
  if (refusal) {
    process.stderr.write(`${usageError(refusal, words)}\n`);
    process.exitCode = 2;
    return;
  }
  // Without the means for colours of its own: what it writes is ours.
  const host = {
    stdout: { write: (text: string) => void process.stdout.write(text) },
    stderr: { write: (text: string) => void process.stderr.write(text) },
    exitCode: null as number | null,
  };
  const application = createApplication((message) => usageError(message, words));
  const [first, ...rest] = words;
  if (first === "__complete") {
    const proposed = await proposeCompletions(application, rest, { process: host });
    process.stdout.write(proposed.map(({ completion }) => `${completion}\n`).join(""));
    return;
  }
  await run(application, first === "help" ? [...rest, "--help"] : words, { process: host });
  // Of the parser's own codes, -4 and -5 mean that the words are wrong.
  if (host.exitCode) process.exitCode = host.exitCode <= -4 ? 2 : 1;
}

await main(process.argv.slice(2));
