import type { Output } from "./output.ts";

/** What a running command has of the world around it. */
export interface Session {
  /** Aborts when the user interrupts it, or the reader of stdout goes away. */
  readonly signal: AbortSignal;
  readonly output: Output;
}
