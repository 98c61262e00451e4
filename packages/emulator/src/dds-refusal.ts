import { jsonAnswer } from "./answers.ts";

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_error_code.html */
const refusals = {
  "DBS.200001": [400, "Parameter error."],
  "DBS.200002": [404, "The DB instance does not exist."],
  "DBS.200010": [400, "Authentication failed: the tenant does not match."],
  "DBS.200019": [403, "Another operation is being performed on the DB instance or the instance is faulty."],
  "DBS.201201": [400, "The backup already exists."],
  "DBS.201202": [400, "The backup is being created."],
  "DBS.201204": [400, "The status of the backup does not allow this operation."],
  "DBS.201214": [400, "The backup file does not exist."],
  "DBS.280032": [403, "You do not have permission to perform this operation."],
  "DBS.280124": [400, "Invalid backup."],
  "DBS.280277": [400, "Invalid backup name."],
} as const;

/** A refusal of DDS, which has no request id. */
export function refusal(code: keyof typeof refusals, details?: string): Response {
  const [status, message] = refusals[code];
  return jsonAnswer(status, {
    error_code: code,
    error_msg: details === undefined ? message : `${message} ${details}`,
  });
}

/** To a parameter that is missing or wrong. */
export function badParameter(details: string): Response {
  return refusal("DBS.200001", `${details}.`);
}
