import type { ErrorKinds } from "@cloudhaul/core-http";

/**
 * What the codes of MetaStudio mean; all come with HTTP 400, even a refused credential. The operation's page writes nine
 * digits, the general page eight.
 *
 * @see https://huaweicloud.com/guide/productsdesc-bms_64e0bc00a0ba5ee2587d215a3f4c3dccsupport0
 */
export const errorKinds: ErrorKinds = {
  "MSS.000000001": "unknown", // "failure"
  "MSS.000000002": "server",
  "MSS.000000003": "invalid",
  "MSS.000000004": "unauthenticated",
  "MSS.00000002": "invalid", // invalid body
  "MSS.00000003": "invalid",
  "MSS.00010003": "not-found", // no such API
  "MSS.00010004": "invalid",
  "MSS.00010008": "unauthenticated", // invalid token
  "MSS.00010009": "forbidden", // another tenant's
  "MSS.10001004": "not-found", // no such file
};
