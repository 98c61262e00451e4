import type { Operation } from "@cloudhaul/core-http";

/** Shows who has instances here; harmless, so it proves credentials and clock before the one download. */
const listInstances: Operation = {
  name: "CheckRomaInstanceListV2",
  method: "GET",
  path: "/v2/{project_id}/instances",
  parameters: {
    limit: { in: "query", name: "limit", type: "integer", min: 1 },
    offset: { in: "query", name: "offset", type: "integer", min: 0 },
  },
  repeat: "safe",
  source: "https://support.huaweicloud.com/intl/en-us/api-roma/CheckRomaInstanceListV2.html",
};

/** The operations of ROMA Connect that this package calls. */
export const operations: Readonly<Record<"downloadAssetPackage" | "listInstances", Operation>> = {
  listInstances,
  /** "The asset package can be downloaded only once": the service deletes it. */
  downloadAssetPackage: {
    name: "DownloadAssetArchive",
    method: "GET",
    path: "/v2/{project_id}/instances/{instance_id}/assets/archives/{archive_id}",
    parameters: {
      instanceId: { in: "path", name: "instance_id", required: true, maxLength: 64 },
      archiveId: { in: "path", name: "archive_id", required: true, maxLength: 64 },
    },
    repeat: "never",
    provedBy: listInstances,
    fileName: "roma-assets-{archiveId}.zip",
    content: "zip", // its counterpart, the import, takes nothing but .zip (ROMA.10013)
    source: "https://support.huaweicloud.com/intl/en-us/api-roma/DownloadAssetArchive.html",
  },
};
