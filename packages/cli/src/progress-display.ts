import type { ProgressEvent } from "@cloudhaul/core-http";

/** Shows the files that are on their way. */
export interface ProgressDisplay {
  /** One more file. */
  add(label: string): ProgressRow;
  /** Writes lines between the news. */
  write(text: string): void;
  /** Takes away what will not be true any more. */
  close(): void;
}

/** The place of one file. */
export interface ProgressRow {
  show(event: ProgressEvent): void;
  /** It is there, or it failed: no more news of it. */
  end(): void;
}

/** For where nobody looks: it shows nothing, and writes what is written. */
export function createNoProgress(to: { write(text: string): unknown }): ProgressDisplay {
  const row = { show: () => {}, end: () => {} };
  return { add: () => row, write: (text) => void to.write(text), close: () => {} };
}
