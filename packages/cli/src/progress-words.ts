import type { ProgressEvent } from "@cloudhaul/core-http";
import { formatBytes, formatDuration } from "./amounts.ts";

/** What is being waited for, where bytes are not coming. */
const phases: Readonly<Record<ProgressEvent["phase"], string>> = {
  exporting: "waiting for the service",
  connecting: "waiting for the answer",
  downloading: "",
  waiting: "waiting to try again",
  saving: "checking and saving",
};

/** How far a file is, in words: `14.2 MiB of 32.0 MiB, 3.1 MiB/s, 6 s left, try 2`. */
export function progressWords(event: ProgressEvent): string {
  return (event.phase === "exporting" ? exportWords(event) : transferWords(event)).filter(Boolean).join(", ");
}

function exportWords({ phase, task }: ProgressEvent): (string | undefined)[] {
  if (!task) return [phases[phase]];
  const { status, progressPercent, elapsedMs } = task;
  const percent = progressPercent === undefined ? undefined : `${Math.floor(progressPercent)}%`;
  return [`${phases[phase]}: ${status}`, percent, `for ${formatDuration(elapsedMs)}`];
}

function transferWords(event: ProgressEvent): (string | undefined)[] {
  const { phase, bytes, totalBytes, bytesPerSecond, attempt } = event;
  const isMoving = phase === "downloading" && bytesPerSecond > 0;
  const leftMs =
    isMoving && totalBytes !== undefined ? ((totalBytes - bytes) / bytesPerSecond) * 1000 : undefined;
  return [
    totalBytes === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
    isMoving ? `${formatBytes(bytesPerSecond)}/s` : undefined,
    leftMs === undefined ? undefined : `${formatDuration(Math.max(0, leftMs))} left`,
    phases[phase],
    attempt > 1 ? `try ${attempt}` : undefined,
  ];
}

/** The part that is there, from 0 to 1; `undefined` where the length is not known. */
export function progressShare({ bytes, totalBytes }: ProgressEvent): number | undefined {
  return totalBytes ? Math.min(1, bytes / totalBytes) : undefined;
}
