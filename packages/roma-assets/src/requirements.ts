const page = "https://support.huaweicloud.com/intl/en-us/api-roma/DownloadAssetArchive.html";
const errorCodes = "https://support.huaweicloud.com/intl/en-us/api-roma/ErrorCode_server.html";
const officialSdk = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3";

/** What this package promises, each with the document it comes from. Every one is proven by a test that names it. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "ROMA-1": {
      behaviour:
        "A package is asked for by one signed GET with instance_id and archive_id as path segments, and its bytes come unchanged",
      source: page,
    },
    "ROMA-2": { behaviour: "A token is sent as X-Auth-Token, and then no signature", source: page },
    "ROMA-3": {
      behaviour:
        "A package is asked for once: again only where the gateway let nothing through, and what came before a cut is kept. A later run into the same folder says what became of it",
      source: page,
    },
    "ROMA-4": {
      behaviour: "An error code of ROMA Connect tells the kind of refusal, whatever the status",
      source: errorCodes,
    },
    "ROMA-5": {
      behaviour: "A wrong parameter is refused at once, naming it",
      source: "Cloudhaul: options are checked at once",
    },
    "ROMA-6": {
      behaviour: "Every region that an official SDK knows is found at its host",
      source: officialSdk,
    },
    "ROMA-7": {
      behaviour: "A package goes to anything but a file by way of a folder, or when its loss is accepted",
      source: "Cloudhaul: once-only",
    },
    "ROMA-8": {
      behaviour: "Folder, credentials and clock are proved before the one request, by a harmless call",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/CheckRomaInstanceListV2.html",
    },
    "ROMA-9": {
      behaviour: "What is no whole zip is not published, and is kept",
      source: errorCodes,
    },
  };
