import type { FileOptions, TransferOptions } from "@cloudhaul/core-http";
import type { FlagValues } from "./flags.ts";
import type { Session } from "./session.ts";

/** What the flags say of every transfer. */
export function transferOptions({ signal }: Session, flags: FlagValues): TransferOptions {
  const { limitRate: maxBytesPerSecond, stallTimeout: stallTimeoutMs, sha256 } = flags;
  return { signal, maxBytesPerSecond, stallTimeoutMs, sha256 };
}

/** What the flags say of a file whose name is taken. */
export function overwriteOf({ ifDifferent, overwrite }: FlagValues): FileOptions["overwrite"] {
  return ifDifferent ? "if-different" : overwrite;
}
