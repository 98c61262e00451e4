import type { SavedFile } from "@cloudhaul/core-http";
import { formatBytes, formatDuration } from "./amounts.ts";
import type { Session } from "./session.ts";
import { ToldFailure } from "./told-failure.ts";

/** Counts what was saved and what was not, and tells of each. */
export interface Tally {
  saved(file: SavedFile): void;
  failed(error: unknown): void;
  /**
   * Tells the sum.
   *
   * @throws ToldFailure when something was not saved
   */
  end(): void;
}

/** Begins to count. */
export function createTally({ output }: Session): Tally {
  const startedAt = performance.now();
  const failures: unknown[] = [];
  let files = 0;
  let bytes = 0;
  return {
    saved(file) {
      files += 1;
      bytes += file.bytes;
      output.say(savedText(file));
      output.data(output.isTold ? undefined : file.path, { type: "file", ...file });
    },
    failed(error) {
      failures.push(error);
      output.error(error);
    },
    end() {
      const elapsedMs = Math.round(performance.now() - startedAt);
      const count = files + failures.length;
      const sum = `${files} of ${count} files, ${formatBytes(bytes)} in ${formatDuration(elapsedMs)}`;
      if (count !== 1) output.say(sum);
      output.data(undefined, { type: "summary", files, failed: failures.length, bytes, elapsedMs });
      if (failures.length > 0) throw new ToldFailure(failures[0]);
    },
  };
}

function savedText({ path, bytes, sha256, attempts, resumedFromByte, elapsedMs }: SavedFile): string {
  const digest = sha256 === undefined ? "" : `, sha256 ${sha256}`;
  if (attempts === 0) return `${path}: there already, ${formatBytes(bytes)}${digest}`;
  const resumed =
    resumedFromByte > 0 ? `, the first ${formatBytes(resumedFromByte)} from an earlier run` : "";
  return `${path}: ${formatBytes(bytes)} in ${formatDuration(elapsedMs)}${resumed}${digest}`;
}
