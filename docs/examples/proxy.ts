import { createHssDownloadClient } from "@cloudhaul/hss-download";

const hss = createHssDownloadClient({
  region: "cn-north-4",
  proxy: process.env.COMPANY_PROXY, // http://user:password@proxy.example:3128; false for none
});
const file = await hss.downloadExportedFile({ fileId: process.env.HSS_FILE_ID ?? "" }).toFile("exports/");
console.log(file.path);
await hss.close();
