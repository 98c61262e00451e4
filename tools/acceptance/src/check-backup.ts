import { verifyBackup } from "@cloudhaul/dds-backup";

// Checks files, the first of them small so that everything is loaded, and says how much memory the rest took.
const [, , warmUp = "", ...paths] = process.argv;
await verifyBackup(warmUp);
const before = process.memoryUsage.rss();
let peak = before;
const look = (): void => {
  peak = Math.max(peak, process.memoryUsage.rss());
};
const timer = setInterval(look, 2);
const checks = [];
for (const path of paths) checks.push(await verifyBackup(path, { onProgress: look }));
clearInterval(timer);
console.log(JSON.stringify({ checks, grownBytes: peak - before }));
