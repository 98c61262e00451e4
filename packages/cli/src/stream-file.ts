import { once } from "node:events";
import { ConfigurationError } from "@cloudhaul/core-http";
import { formatBytes, formatDuration } from "./amounts.ts";
import type { FlagValues } from "./flags.ts";
import type { FileToSave } from "./save-files.ts";
import type { Session } from "./session.ts";
import { transferOptions } from "./transfer-flags.ts";

/** Hands the only one of `files` on to stdout, as fast as its reader takes it. */
export async function streamFile(
  session: Session,
  flags: FlagValues,
  files: AsyncIterator<FileToSave>,
): Promise<void> {
  const { stdout } = process;
  if (stdout.isTTY) throw refused("stdout is a terminal. Pipe it on, or save the file: --output PATH.");
  const first = await files.next();
  if (first.done) return;
  if (!(await files.next()).done)
    throw refused("stdout has room for one file. Save several to a folder: --output DIR.");

  const { signal, output } = session;
  const { label, download } = first.value;
  const row = output.progress.add(label);
  const startedAt = performance.now();
  let bytes = 0;
  try {
    const spoolDirectory = flags.spool;
    const options = { ...transferOptions(session, flags), spoolDirectory, onProgress: row.show };
    const stream = await download().toStream(options);
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      if (!stdout.write(chunk as Buffer)) await once(stdout, "drain", { signal });
    }
    const { fileName, source } = stream.info;
    const elapsedMs = Math.round(performance.now() - startedAt);
    output.say(`${fileName} handed on: ${formatBytes(bytes)} in ${formatDuration(elapsedMs)}`);
    output.data(undefined, { type: "file", path: null, fileName, bytes, source, elapsedMs });
  } finally {
    row.end();
  }
}

function refused(text: string): ConfigurationError {
  return new ConfigurationError("output", text);
}
