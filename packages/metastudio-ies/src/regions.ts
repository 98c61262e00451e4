import type { RegionTable } from "@cloudhaul/core-auth";

/** Where MetaStudio answers, in all official SDKs. For a region that is not here, give the host as `endpoint`. */
export const regions: RegionTable = {
  "cn-east-3": "https://metastudio.cn-east-3.myhuaweicloud.com",
  "cn-north-4": "https://metastudio.cn-north-4.myhuaweicloud.com",
};
