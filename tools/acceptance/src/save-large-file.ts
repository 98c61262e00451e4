import { readFileSync } from "node:fs";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

/**
 * The most memory that this process had. Linux counts the memory of the process that started this one into `maxRSS`,
 * which would hide what is measured here; `VmHWM` is this program's own.
 */
function peakKib(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

const [, , fileId = "", path = ""] = process.argv;
const hss = createHssDownloadClient({ region: "cn-north-4" });
const { bytes, sha256 } = await hss.downloadExportedFile({ fileId }).toFile(path);
await hss.close();
console.log(JSON.stringify({ bytes, sha256, peakKib: peakKib() }));
