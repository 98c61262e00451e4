import type { RegionTable } from "@cloudhaul/core-auth";

/** Regions in which any official SDK knows HSS (Go 0.1.188, Python 3.1.211, Node 3.1.209). */
const ids = [
  "ae-ad-1",
  "af-north-1",
  "af-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "cn-east-2",
  "cn-east-3",
  "cn-east-4",
  "cn-east-5",
  "cn-north-1",
  "cn-north-2",
  "cn-north-4",
  "cn-north-9",
  "cn-north-11",
  "cn-north-12",
  "cn-south-1",
  "cn-south-2",
  "cn-south-4",
  "cn-southwest-2",
  "cn-southwest-3",
  "la-north-2",
  "la-south-2",
  "me-east-1",
  "my-kualalumpur-1",
  "na-mexico-1",
  "ru-moscow-1",
  "sa-brazil-1",
  "tr-west-1",
] as const;

/** Where HSS answers. Europe (Dublin) is a cloud of its own. */
export const regions: RegionTable = {
  ...Object.fromEntries(ids.map((id) => [id, `https://hss.${id}.myhuaweicloud.com`])),
  "eu-west-101": "https://hss.eu-west-101.myhuaweicloud.eu",
};
