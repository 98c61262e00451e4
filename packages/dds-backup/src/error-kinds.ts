import type { ErrorKinds } from "@cloudhaul/core-http";

/**
 * What the codes of DDS mean; its statuses do not always agree with them. An expired link fails at the object store, with
 * the store's own codes.
 *
 * @see https://docs.otc.t-systems.com/document-database-service/api-ref/appendix/error_codes.html
 */
export const errorKinds: ErrorKinds = {
  "DBS.200001": "invalid",
  "DBS.200002": "not-found", // the instance does not exist
  "DBS.200010": "unauthenticated", // authentication failed, or another tenant's
  "DBS.200011": "busy", // the state of the instance, or an operation on it, forbids it
  "DBS.200018": "busy",
  "DBS.200019": "busy",
  "DBS.200047": "busy",
  "DBS.200076": "busy",
  "DBS.200998": "throttled", // "system busy, try later", with status 400
  "DBS.201000": "busy",
  "DBS.201014": "busy",
  "DBS.201028": "not-found",
  "DBS.201201": "invalid", // the backup exists already
  "DBS.201202": "not-ready",
  "DBS.201204": "not-ready",
  "DBS.201214": "not-found", // the backup file does not exist, with status 400
  "DBS.201501": "not-found",
  "DBS.201502": "not-found",
  "DBS.201509": "server", // the object store cannot be reached
  "DBS.280015": "forbidden",
  "DBS.280032": "forbidden",
  "DBS.280063": "forbidden",
  "DBS.280064": "forbidden", // the policy check failed, with status 401
  "DBS.280110": "not-found",
  "DBS.280124": "invalid",
  "DBS.280277": "invalid",
};
