import type { ErrorKinds } from "@cloudhaul/core-http";

/**
 * What the codes of IoTDA mean. Which code stands for a task that is not finished, or for the limit of one download in 30
 * seconds, is not documented.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0018.html
 */
export const errorKinds: ErrorKinds = {
  "IOTDA.000002": "unauthenticated",
  "IOTDA.000004": "unauthenticated", // invalid access token, with status 403
  "IOTDA.000006": "invalid",
  "IOTDA.000008": "invalid",
  "IOTDA.000017": "invalid",
  "IOTDA.021101": "throttled", // rate limits, with status 403
  "IOTDA.021102": "throttled",
};
