import { createHssDownloadClient } from "@cloudhaul/hss-download";

const hss = createHssDownloadClient({ region: "cn-north-4" });
const fileId = process.env.HSS_FILE_ID ?? "";
const file = await hss.downloadExportedFile({ fileId }).toFile("exports/", {
  onProgress: ({ bytes, totalBytes }) => console.error(bytes, "of", totalBytes ?? "?"),
});
console.log(file.path, file.bytes, file.sha256);
await hss.close();
