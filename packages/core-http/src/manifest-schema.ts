import { z } from "zod";
import type { AnswerSchema } from "./json-answer.ts";
import type { Manifest } from "./manifest.ts";

/** A manifest of format version 1. */
export const manifest: AnswerSchema<Manifest> = z.looseObject({
  formatVersion: z.literal(1),
  source: z.string(),
  files: z.array(
    z.looseObject({
      name: z.string(),
      group: z.string().optional(),
      bytes: z.number().int().min(0),
      sha256: z.string().optional(),
      source: z.string(),
    }),
  ),
});
