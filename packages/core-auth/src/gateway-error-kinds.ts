import type { ErrorKinds } from "@cloudhaul/core-http";

/** By number: the gateway writes `APIGW.` or, in older parts of the cloud, `APIG.` before it. */
const kinds: ErrorKinds = {
  "0101": "not-found", // no such API, method or path
  "0106": "invalid",
  "0301": "unauthenticated", // wrong key, signature, clock or token
  "0302": "forbidden",
  "0307": "unauthenticated", // the token must be updated
  "0308": "throttled",
};

/**
 * What the codes of the API gateway mean, which stands before every service. A code that comes with several statuses
 * (0201 is a bad request, one that is too large, or a backend that does not answer) is left to its status.
 *
 * @see https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html
 */
export const gatewayErrorKinds: ErrorKinds = Object.fromEntries(
  Object.entries(kinds).flatMap(([number, kind]) => [
    [`APIGW.${number}`, kind],
    [`APIG.${number}`, kind],
  ]),
);
