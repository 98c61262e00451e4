import type { ErrorKinds } from "@cloudhaul/core-http";

/**
 * What the codes of HSS mean. It answers HTTP 400 to almost everything, so the code alone tells. No code is documented
 * for "not finished yet" or "expired".
 *
 * @see https://support.huaweicloud.com/eu/api-hss2.0/ErrorCode.html
 */
export const errorKinds: ErrorKinds = {
  "HSS.0001": "invalid", // invalid parameter
  "HSS.0002": "invalid", // the request cannot be parsed
  "HSS.0010": "forbidden", // access denied
  "HSS.0011": "not-found", // the requested resource is not found
  "HSS.0013": "forbidden", // insufficient permissions
  "HSS.0041": "server",
  "HSS.1018": "invalid", // invalid file information
};
