import type { AnswerSchema } from "@cloudhaul/core-http";
import { z } from "zod";
import { linkExpiryTime } from "./link-expiry-time.ts";
import type { BackupDownloadLinks } from "./options.ts";

const file = z
  .looseObject({
    name: z.string().min(1),
    // DDS writes sizes as numbers here and as texts elsewhere. Nothing hangs on it: a download must not fail for it.
    size: z.union([z.number(), z.string()]).nullish(),
    download_link: z.string().min(1),
    link_expired_time: z.string().nullish(),
    group_id: z.string().nullish(),
    group_name: z.string().nullish(),
  })
  .transform(({ name, size, download_link: link, link_expired_time: time, group_id, group_name }) => ({
    name,
    sizeKb: parseSize(size),
    link,
    expiresAt: linkExpiryTime(link, time ?? undefined),
    expiresAtText: time ?? undefined,
    groupId: group_id ?? undefined,
    groupName: group_name ?? undefined,
  }));

function parseSize(size: number | string | null | undefined): number | undefined {
  return /^\d+(\.\d+)?$/.test(String(size)) ? Number(size) : undefined;
}

/** The answer of `ShowBackupDownloadLink`. */
export const backupDownloadLinks: AnswerSchema<BackupDownloadLinks> = z
  .looseObject({ files: z.array(file), bucket: z.string().nullish() })
  .transform(({ files, bucket }) => ({ files, bucket: bucket ?? undefined }));
