import type { RegionTable } from "@cloudhaul/core-auth";

/** Regions in which any official SDK knows IoTDA (Go 0.1.188, Python 3.1.211, Node 3.1.209). */
const ids = [
  "af-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "cn-east-3",
  "cn-north-4",
  "cn-south-1",
  "cn-south-4",
  "la-north-2",
  "la-south-2",
  "me-east-1",
  "ru-moscow-1",
  "sa-brazil-1",
] as const;

/** The hosts that the basic edition shares. Standard and enterprise instances have a host of their own: give it as `endpoint`. */
export const regions: RegionTable = Object.fromEntries(
  ids.map((id) => [id, `https://iotda.${id}.myhuaweicloud.com`]),
);
