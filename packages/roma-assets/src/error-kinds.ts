import type { ErrorKinds } from "@cloudhaul/core-http";

/**
 * What the codes of ROMA Connect mean; most come with HTTP 400. None is documented for "this archive was downloaded
 * already".
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-roma/ErrorCode_server.html
 */
export const errorKinds: ErrorKinds = {
  "ROMA.1000": "unauthenticated", // no token
  "ROMA.1002": "unauthenticated", // bad token
  "ROMA.1006": "forbidden",
  "ROMA.1007": "invalid", // bad URL
  "ROMA.10010": "server", // the task could not be created
  "ROMA.10011": "invalid",
  "ROMA.10012": "busy", // an asset task is running already
  "ROMA.10013": "invalid",
  "ROMA.12001": "forbidden",
  "ROMA.13000": "invalid",
  "ROMA.00110002": "not-found", // the instance does not exist, with status 500
};
