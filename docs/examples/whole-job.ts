import { createHssDownloadClient } from "@cloudhaul/hss-download";

const hss = createHssDownloadClient({ region: "cn-north-4" });
const job = hss.exportVulnerabilities({ category: "host" }, { timeoutMs: 30 * 60_000 });
const file = await job.toFile("exports/");
console.log(file.path, file.bytes, file.sha256);
await hss.close();
