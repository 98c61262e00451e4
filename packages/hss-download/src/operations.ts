import type { Operation } from "@cloudhaul/core-http";

/** The operations of HSS that this package calls. */
export const operations: Readonly<Record<"downloadExportedFile", Operation>> = {
  /** Permission: identity policies ask for none (page of 2026-04-03); for roles and policies the page names none. */
  downloadExportedFile: {
    name: "ListDownloadExportedFile",
    method: "GET",
    path: "/v5/{project_id}/download/{file_id}",
    parameters: {
      fileId: { in: "path", name: "file_id", required: true, maxLength: 64 },
      enterpriseProjectId: { in: "query", name: "enterprise_project_id", maxLength: 256 },
      region: { in: "header", name: "region", maxLength: 64 },
    },
    repeat: "safe",
    fileName: "hss-export-{fileId}",
    content: "unknown", // a zip for vulnerabilities; not documented for the other exports
    source: "https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListDownloadExportedFile.html",
  },
};
