import { fromPassword } from "@cloudhaul/core-auth";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

const credentials = fromPassword({
  userName: process.env.EXPORTER_NAME ?? "",
  password: process.env.EXPORTER_PASSWORD ?? "",
  domainName: process.env.EXPORTER_ACCOUNT ?? "",
});
const hss = createHssDownloadClient({ region: "cn-north-4", credentials });
const file = await hss.downloadExportedFile({ fileId: process.env.HSS_FILE_ID ?? "" }).toFile("exports/");
console.log(file.path);
await hss.close();
