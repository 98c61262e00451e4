import { fromAccessKey } from "@cloudhaul/core-auth";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

const [, , url = ""] = process.argv;
const hss = createHssDownloadClient({
  region: "cn-north-4",
  endpoint: new URL(url).origin,
  projectId: "project",
  timeouts: { headersMs: 2000 },
  credentials: fromAccessKey({ accessKeyId: "any", secretAccessKey: "any" }),
});
await hss.downloadExportedFile({ fileId: "file" }).toFile("out", { stallTimeoutMs: 2000 });
await hss.close();
