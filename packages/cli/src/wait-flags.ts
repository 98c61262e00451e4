import type { WaitOptions } from "@cloudhaul/core-http";
import type { FlagValues } from "./flags.ts";
import type { Session } from "./session.ts";

/** What the flags say of the wait within a whole job. */
export function exportOptions({ waitTimeout: timeoutMs }: FlagValues): {
  readonly timeoutMs: number | undefined;
} {
  return { timeoutMs };
}

/** Waits for a task of the service, and shows how far it is. */
export async function waiting<Result>(
  { signal, output }: Session,
  flags: FlagValues,
  label: string,
  wait: (options: WaitOptions) => Promise<Result>,
): Promise<Result> {
  const row = output.progress.add(label);
  const idle = { bytes: 0, totalBytes: undefined, bytesPerSecond: 0, attempt: 1, source: label };
  try {
    return await wait({
      ...exportOptions(flags),
      signal,
      onStatus: (task) => row.show({ ...idle, phase: "exporting", task }),
    });
  } finally {
    row.end();
  }
}
