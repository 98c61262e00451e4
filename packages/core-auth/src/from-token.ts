import { checkInput } from "@cloudhaul/core-http";
import { type CredentialProvider, conceal } from "./credentials.ts";
import { checkExpiry, fixedCredentials } from "./fixed-credentials.ts";

/** Options of {@link fromToken}. */
export interface FromTokenOptions {
  /** An IAM token, from the `X-Subject-Token` header of IAM's answer. */
  readonly token: string;
  /** The project that the token is for. Default: the one that IAM names for the region. */
  readonly projectId?: string | undefined;
  /** When the token stops being good. IAM's live for 24 hours. */
  readonly expiresAt?: Date | undefined;
}

/**
 * The IAM token given. It is not renewed: {@link fromPassword} does that.
 *
 * @throws ConfigurationError when an option is missing or wrong
 */
export function fromToken(options: FromTokenOptions): CredentialProvider {
  checkInput({ token: { required: true }, projectId: {}, expiresAt: { type: "object" } }, options);
  checkExpiry(options.expiresAt);
  return fixedCredentials(conceal({ ...options, kind: "token", source: "token given in code" }));
}
