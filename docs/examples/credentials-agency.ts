import { fromAgency, fromEnvironment } from "@cloudhaul/core-auth";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

const credentials = fromAgency({
  credentials: fromEnvironment(), // who asks
  agencyName: process.env.AGENCY_NAME ?? "",
  domainName: process.env.AGENCY_ACCOUNT ?? "", // the account that made the agency
});
const hss = createHssDownloadClient({ region: "cn-north-4", credentials });
const file = await hss.downloadExportedFile({ fileId: process.env.HSS_FILE_ID ?? "" }).toFile("exports/");
console.log(file.path);
await hss.close();
