import * as z from "zod";

/** IAM's answer to a token request, as far as it is read; the token itself is in a header. */
export const tokenAnswer: z.ZodType<{
  token: { expires_at: string; project?: { id?: string | null | undefined } | null | undefined };
}> = z.object({
  token: z.object({
    expires_at: z.string(),
    project: z.object({ id: z.string().nullish() }).nullish(),
  }),
});

/** IAM's list of projects. */
export const projectsAnswer: z.ZodType<{
  projects: { id: string; name?: string | null | undefined; enabled?: boolean | null | undefined }[];
}> = z.object({
  projects: z.array(z.object({ id: z.string(), name: z.string().nullish(), enabled: z.boolean().nullish() })),
});
