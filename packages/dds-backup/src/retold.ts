import { ServiceError, type ServiceErrorKind } from "@cloudhaul/core-http";

/** The same refusal with more to say, which comes first. */
export function retold(error: ServiceError, text: string, kind: ServiceErrorKind = error.kind): ServiceError {
  const { status, serviceCode, serviceMessage, requestId, operation, retryable, retryAfterMs } = error;
  const fields = { status, kind, serviceCode, serviceMessage, requestId, operation, retryable, retryAfterMs };
  return new ServiceError(fields, `${text} ${error.message}`, { cause: error });
}
