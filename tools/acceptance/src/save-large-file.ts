import { createHssDownloadClient } from "@cloudhaul/hss-download";
import { peakKib } from "./peak-memory.ts";

const [, , fileId = "", path = ""] = process.argv;
const hss = createHssDownloadClient({ region: "cn-north-4" });
const { bytes, sha256 } = await hss.downloadExportedFile({ fileId }).toFile(path);
await hss.close();
console.log(JSON.stringify({ bytes, sha256, peakKib: peakKib() }));
