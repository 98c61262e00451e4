import type { Checks } from "./checks.ts";
import type { Pace } from "./pace.ts";
import type { Progress } from "./progress.ts";
import type { Validators } from "./validators.ts";

/** How one transfer runs. */
export interface TransferSettings {
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
  readonly pace: Pace;
  readonly checks: Checks;
  readonly stallTimeoutMs: number;
  /** Bytes that an earlier run left, and what tells the object that they are of. */
  readonly held?:
    | { readonly bytes: number; readonly validators: Validators; readonly fileName?: string | undefined }
    | undefined;
  /** Whether an answer that cannot be the file is read even so, and refused at its end: what comes only once is kept whatever it is. */
  readonly keepsUnfit?: boolean | undefined;
  /** Takes back every byte that was handed out; resolves to false where that cannot be done, of a stream for one. */
  readonly startAgain?: (() => Promise<boolean>) | undefined;
  /** See {@link SharedTransfer.endAt}. */
  readonly end?: TransferEnd | undefined;
}

/** Where a transfer ends that has reached so far; it may come nearer at any time. */
export type TransferEnd = (reachedByte: number) => number;
