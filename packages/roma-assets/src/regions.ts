import type { RegionTable } from "@cloudhaul/core-auth";

/** Regions in which any official SDK knows ROMA Connect (Go 0.1.188, Python 3.1.211; the Node SDK has no such service). */
const ids = [
  "ap-southeast-1",
  "ap-southeast-3",
  "cn-east-2",
  "cn-east-3",
  "cn-north-1",
  "cn-north-4",
  "cn-south-1",
  "ru-northwest-2",
] as const;

/** Where ROMA Connect answers. Documents exist for further regions (`ae-ad-1`, Europe): give their hosts as `endpoint`. */
export const regions: RegionTable = Object.fromEntries(
  ids.map((id) => [id, `https://roma.${id}.myhuaweicloud.com`]),
);
