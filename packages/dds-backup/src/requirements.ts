const page = "https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0059.html";
const errorCodes =
  "https://docs.otc.t-systems.com/document-database-service/api-ref/appendix/error_codes.html";
const officialSdk = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3";

/** What this package promises, each with the document it comes from. Every one is proven by a test that names it. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "DDS-1": {
      behaviour: "Links are asked for by one signed GET with instance_id and backup_id in the query",
      source: page,
    },
    "DDS-2": { behaviour: "A token is sent as X-Auth-Token, and then no signature", source: page },
    "DDS-3": {
      behaviour:
        "Links are read whatever the form of sizes and times; an answer without them is refused without quoting one",
      source: page,
    },
    "DDS-4": {
      behaviour:
        "An error code of DDS tells the kind of refusal, whatever the status; a busy system is tried again",
      source: errorCodes,
    },
    "DDS-5": {
      behaviour:
        "A wrong parameter is refused before anything is sent, and a plan keeps the parameters it was made with",
      source: "Cloudhaul: options are checked at once",
    },
    "DDS-6": {
      behaviour: "Every region that an official SDK knows is found at its host, eu-west-101 on .eu",
      source: officialSdk,
    },
    "DDS-7": {
      behaviour: "No credential is on the requests that follow links",
      source: "https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0011.html",
    },
    "DDS-8": {
      behaviour: "Groups become folders, names are made safe, and the manifest holds no link",
      source: "Cloudhaul: names",
    },
    "DDS-9": {
      behaviour: "A link that is not https, or leads to a private address, is not followed",
      source: "Cloudhaul: secrets",
    },
    "DDS-10": {
      behaviour:
        "An expired link is told from a refused one, and its signature shows in no error or log line",
      source: "https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0115.html",
    },
    "DDS-11": {
      behaviour: "A backup without a file is an error, and so is a page in place of a file",
      source: "Cloudhaul: right or absent",
    },
    "DDS-12": {
      behaviour:
        "An expired link is replaced by a fresh one to the same file; the links of a backup are asked for by one call at a time",
      source: page,
    },
  };
