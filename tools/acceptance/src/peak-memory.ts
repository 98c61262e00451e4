import { readFileSync } from "node:fs";

/**
 * The most memory that this process had. Linux counts the memory of the process that started this one into `maxRSS`,
 * which would hide what is measured here; `VmHWM` is this program's own.
 */
export function peakKib(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}
