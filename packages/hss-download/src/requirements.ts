const page = "https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListDownloadExportedFile.html";
const errorCodes = "https://support.huaweicloud.com/eu/api-hss2.0/ErrorCode.html";
const officialSdk = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3";

/** What this package promises, each with the document it comes from. Every one is proven by a test that names it. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "HSS-1": {
      behaviour:
        "A file is asked for by one signed GET with file_id as one path segment and enterprise_project_id as query, and its bytes come unchanged",
      source: page,
    },
    "HSS-2": { behaviour: "A token is sent as X-Auth-Token, and then no signature", source: page },
    "HSS-3": {
      behaviour: "The region header is the input's region, else the client's, else it is not sent",
      source: page,
    },
    "HSS-4": {
      behaviour: "An error code of HSS tells the kind of refusal, whatever the status",
      source: errorCodes,
    },
    "HSS-5": {
      behaviour: "A wrong parameter is refused at once, naming it",
      source: "Cloudhaul: options are checked at once",
    },
    "HSS-6": {
      behaviour: "Every region that an official SDK knows is found at its host, eu-west-101 on .eu",
      source: officialSdk,
    },
  };
