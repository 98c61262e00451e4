import { CloudhaulError, ServiceError } from "@cloudhaul/core-http";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

const hss = createHssDownloadClient({ region: "cn-north-4" });
try {
  await hss.downloadExportedFile({ fileId: "no-such-file" }).toFile("exports/");
} catch (error) {
  if (!CloudhaulError.isInstance(error)) throw error;
  console.error(error.code, error.message);
  if (ServiceError.isInstance(error)) console.error(error.serviceCode, error.requestId, error.retryable);
  process.exitCode = 1;
}
await hss.close();
