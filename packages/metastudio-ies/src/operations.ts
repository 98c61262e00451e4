import type { Operation } from "@cloudhaul/core-http";

/** The operations of MetaStudio that this package calls. */
export const operations: Readonly<Record<"downloadResultFile", Operation>> = {
  /** The page lists `Authorization`, `X-Sdk-Date` and `X-Project-Id` as parameters: they are what signing adds. */
  downloadResultFile: {
    name: "DownloadResultFile",
    method: "GET",
    path: "/v2/{project_id}/ies/result/{id}",
    parameters: {
      taskId: { in: "path", name: "id", required: true, maxLength: 256 },
    },
    repeat: "safe",
    fileName: "metastudio-result-{taskId}",
    content: "unknown", // no document says
    source: "https://support.huaweicloud.com/intl/en-us/api-metastudio/DownloadResultFile.html",
  },
};
