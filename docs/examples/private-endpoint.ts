import { readFile } from "node:fs/promises";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

const hss = createHssDownloadClient({
  endpoint: process.env.HSS_ENDPOINT, // https://hss.internal.example
  projectId: process.env.HUAWEICLOUD_SDK_PROJECT_ID, // no region to look it up by
  tls: { ca: await readFile(process.env.COMPANY_CA ?? "", "utf8") },
});
const file = await hss.downloadExportedFile({ fileId: process.env.HSS_FILE_ID ?? "" }).toFile("exports/");
console.log(file.path);
await hss.close();
