import { createReadStream } from "node:fs";
import { ConfigurationError, createTransport, downloadLink, FileSystemError } from "@cloudhaul/core-http";
import { httpOptions } from "./client-options.ts";
import type { CommandRun } from "./command.ts";
import { type FileToSave, saveFiles } from "./save-files.ts";
import type { Session } from "./session.ts";

export const get: CommandRun = async (session, flags, urls) => {
  const { inputFile, allowPrivateHosts } = flags;
  if ((urls.length === 0) === (inputFile === undefined))
    throw new ConfigurationError("url", "Give links, or --input-file FILE (- for stdin) with one a line.");
  const transport = createTransport();
  const options = { ...httpOptions(session, flags), transport, allowPrivateHosts };
  const fileOf = (url: string): FileToSave => ({
    label: labelOf(url),
    download: () => downloadLink({ ...options, url }),
  });
  try {
    const files = inputFile === undefined ? urls.map(fileOf) : filesIn(linesOf(inputFile, session), fileOf);
    await saveFiles(session, flags, files);
  } finally {
    await transport.close();
  }
};

async function* filesIn(
  lines: AsyncIterable<string>,
  fileOf: (url: string) => FileToSave,
): AsyncGenerator<FileToSave> {
  for await (const line of lines) yield fileOf(line);
}

/** The links in a file, as they come: stdin may be a program that is still finding out. */
async function* linesOf(file: string, { signal }: Session): AsyncGenerator<string> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  const onAbort = (): void => void input.destroy(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  let rest = "";
  try {
    for await (const piece of input.setEncoding("utf8")) {
      const lines = `${rest}${piece}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines.map((line) => line.trim()).filter(isLink);
    }
    yield* [rest.trim()].filter(isLink);
  } catch (error) {
    signal.throwIfAborted();
    throw new FileSystemError("NOT_FOUND", file, `${file} cannot be read: ${(error as Error).message}`);
  } finally {
    signal.removeEventListener("abort", onAbort);
    input.destroy();
  }
}

const isLink = (line: string): boolean => line !== "" && !line.startsWith("#");

/** The last part of the path; the query is the link's secret. */
function labelOf(url: string): string {
  return (
    url
      .replace(/[?#].*$/s, "")
      .split("/")
      .at(-1) || "link"
  );
}
