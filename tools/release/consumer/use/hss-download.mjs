import { createHssDownloadClient } from "@cloudhaul/hss-download";

const hss = createHssDownloadClient({ region: process.env.CLOUDHAUL_REGION });
await hss.downloadExportedFile({ fileId: "hss-file" }).toFile("saved/");
