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

/** An answer of which only the headers are read. */
export const anyAnswer: z.ZodType<unknown> = z.unknown();

/** A temporary key as IAM and the metadata service write it. */
export const temporaryKeyAnswer: z.ZodType<{
  credential: { access: string; secret: string; securitytoken: string; expires_at: string };
}> = z.object({
  credential: z.object({
    access: z.string().min(1),
    secret: z.string().min(1),
    securitytoken: z.string().min(1),
    expires_at: z.string(),
  }),
});

/** A temporary key as a cluster writes it. */
export const podKeyAnswer: z.ZodType<{
  credentials: { accessKeyId: string; secretAccessKey: string; securityToken: string; expiration: string };
}> = z.object({
  credentials: z.object({
    accessKeyId: z.string().min(1),
    secretAccessKey: z.string().min(1),
    securityToken: z.string().min(1),
    expiration: z.string(),
  }),
});
