import { z } from "zod";
import type { JournalState } from "./journal.ts";

const checkpoint = z.looseObject({ bytes: z.number().int().min(0), crc32: z.number().int().min(0) });
const range = z.looseObject({ ...checkpoint.shape, start: z.number().int().min(0) });

/** A journal of format version 1; of anything else there is no `data`. */
export const journalState: { safeParse(value: unknown): { readonly data?: JournalState } } = z.looseObject({
  formatVersion: z.literal(1),
  source: z.string(),
  stage: z.enum(["starting", "task", "source", "sent", "transfer", "publishing", "saved"]),
  repeat: z.literal("never").optional(),
  startedAt: z.number().optional(),
  task: z.string().optional(),
  file: z.record(z.string(), z.string()).optional(),
  validators: z
    .looseObject({
      etag: z.string().optional(),
      lastModified: z.string().optional(),
      isDateFirm: z.boolean().optional(),
      totalBytes: z.number().int().min(0).optional(),
      contentType: z.string().optional(),
    })
    .optional(),
  fileName: z.string().optional(),
  written: checkpoint.optional(),
  synced: checkpoint.optional(),
  ranges: z.array(range).optional(),
  syncedRanges: z.array(range).optional(),
  published: z
    .looseObject({ path: z.string(), bytes: z.number(), sha256: z.string().optional(), at: z.number() })
    .optional(),
});
