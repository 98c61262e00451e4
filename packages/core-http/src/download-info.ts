import type { DownloadInfo } from "./destination.ts";
import type { DownloadSource } from "./download-source.ts";
import { fileNameFromDisposition, safeFileName } from "./file-name.ts";
import type { HttpResponse } from "./transport.ts";

/** What is known of a file by its first answer, and by what an earlier run noted. */
export function describe(
  response: HttpResponse | undefined,
  source: DownloadSource,
  name: string,
  totalBytes: number | undefined,
  earlierName: string | undefined,
): DownloadInfo {
  const headers = response?.headers ?? {};
  const fromServer = safeFileName(fileNameFromDisposition(headers["content-disposition"]) ?? "");
  return {
    fileName: fromServer ?? earlierName ?? safeFileName(source.fileName ?? "") ?? "download",
    totalBytes,
    contentType: headers["content-type"],
    etag: headers.etag,
    requestId: headers["x-request-id"] ?? headers["x-obs-request-id"],
    source: name,
  };
}
