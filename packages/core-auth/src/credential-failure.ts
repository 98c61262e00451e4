import { AuthenticationError, ConfigurationError, ServiceError } from "@cloudhaul/core-http";

/** Who was asked for which credential, and what to do when it is refused. */
export interface CredentialRequest {
  /** What was asked for, for example `token`. */
  readonly wanted: string;
  readonly credentialKind: string;
  readonly source: string;
  readonly host: string;
  readonly adviceOnRefusal: string;
}

/**
 * The error of a request for a credential. Wrapped whatever it is: to the request that needs the credential, a lost
 * connection to the giver is not one to the service. Errors that say already what to do are left as they are.
 */
export function credentialFailure(error: unknown, request: CredentialRequest): Error {
  if (AuthenticationError.isInstance(error) || ConfigurationError.isInstance(error)) return error;
  const { wanted, credentialKind, source, host, adviceOnRefusal } = request;
  const refused = ServiceError.isInstance(error) && error.status < 500 && !error.retryable;
  const advice = refused ? adviceOnRefusal : "Check the network and the endpoint, and try again.";
  const reason = error instanceof Error ? error.message : "unknown failure";
  const text = `No ${wanted} for the ${source} from ${host}: ${reason} ${advice}`;
  return new AuthenticationError({ credentialKind, source, host }, text, { cause: error });
}
