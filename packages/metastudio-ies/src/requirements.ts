const page = "https://support.huaweicloud.com/intl/en-us/api-metastudio/DownloadResultFile.html";
const errorCodes = "https://huaweicloud.com/guide/productsdesc-bms_64e0bc00a0ba5ee2587d215a3f4c3dccsupport0";
const officialSdk = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3";

/** What this package promises, each with the document it comes from. Every one is proven by a test that names it. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "METASTUDIO-1": {
      behaviour:
        "A result is asked for by one signed GET with the task's id as one path segment, and its bytes come unchanged",
      source: page,
    },
    "METASTUDIO-2": { behaviour: "A token is sent as X-Auth-Token, and then no signature", source: page },
    "METASTUDIO-3": {
      behaviour: "A result is saved under the task's id, or under the service's name for it, made safe",
      source: "Cloudhaul: names",
    },
    "METASTUDIO-4": {
      behaviour:
        "An error code of MetaStudio tells the kind of refusal, a refused credential with status 400 included",
      source: errorCodes,
    },
    "METASTUDIO-5": {
      behaviour: "A wrong parameter is refused at once, naming it",
      source: "Cloudhaul: options are checked at once",
    },
    "METASTUDIO-6": {
      behaviour: "Every region that an official SDK knows is found at its host",
      source: officialSdk,
    },
  };
