import { checkInput } from "@cloudhaul/core-http";
import { type CredentialProvider, conceal } from "./credentials.ts";
import { checkExpiry, fixedCredentials } from "./fixed-credentials.ts";
import type { AccessKey } from "./sign.ts";

/** Options of {@link fromAccessKey}. */
export interface FromAccessKeyOptions extends AccessKey {
  /** The project to work in. Default: the one that IAM names for the region. */
  readonly projectId?: string | undefined;
  /** When a temporary key stops being good. */
  readonly expiresAt?: Date | undefined;
}

/**
 * The access key given. For programs that keep their secrets themselves.
 *
 * @throws ConfigurationError when an option is missing or wrong
 */
export function fromAccessKey(options: FromAccessKeyOptions): CredentialProvider {
  checkInput(
    {
      accessKeyId: { required: true },
      secretAccessKey: { required: true },
      securityToken: {},
      projectId: {},
      expiresAt: { type: "object" },
    },
    options,
  );
  checkExpiry(options.expiresAt);
  return fixedCredentials(conceal({ ...options, kind: "access-key", source: "access key given in code" }));
}
