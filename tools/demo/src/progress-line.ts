import type { ProgressEvent } from "@cloudhaul/core-http";

/** One line about a running download. */
export interface ProgressLine {
  show(event: ProgressEvent): void;
  /** Leaves what was shown last, and goes to the next line. */
  end(): void;
}

const mebibyte = 1024 ** 2;
const barWidth = 24;
/** Where a line cannot be rewritten, more of them would be noise. */
const plainIntervalMs = 2000;

/** Rewritten in place on a terminal; elsewhere, a line now and then. */
export function createProgressLine(label: string, to: NodeJS.WriteStream): ProgressLine {
  let shown = "";
  let toldAt = performance.now();
  return {
    show(event) {
      shown = `${label.padEnd(11)} ${describe(event)}`;
      if (to.isTTY) to.write(`\r\x1b[2K${shown}`);
      else if (performance.now() - toldAt >= plainIntervalMs) {
        toldAt = performance.now();
        to.write(`${shown}\n`);
      }
    },
    end() {
      to.write(to.isTTY ? "\n" : `${shown}\n`);
    },
  };
}

function describe({ phase, bytes, totalBytes, bytesPerSecond, attempt }: ProgressEvent): string {
  const done = totalBytes ? Math.min(1, bytes / totalBytes) : undefined;
  const parts = [
    done === undefined ? "" : `[${"#".repeat(Math.round(done * barWidth)).padEnd(barWidth, ".")}]`,
    `${(bytes / mebibyte).toFixed(1)} MiB`,
    totalBytes === undefined ? "(length not told)" : `of ${(totalBytes / mebibyte).toFixed(1)} MiB`,
    `${(bytesPerSecond / mebibyte).toFixed(0)} MiB/s`,
    phase,
    attempt > 1 ? `try ${attempt}` : "",
  ];
  return parts.filter(Boolean).join(" ");
}
