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
    "ROMA-10": {
      behaviour:
        "One call exports, waits and downloads: both lists are sent, 1 to 100 ids in all; the start is sent once, a lost one is told, and the same call goes on with the job that was started",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/ExportAsset.html",
    },
    "ROMA-11": {
      behaviour:
        "One export of a user runs at a time: others wait their turn within a limit, of one client in order, and then tell the service's refusal",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/ExportAsset.html",
    },
    "ROMA-12": {
      behaviour:
        "A job is waited for by its id alone; one that failed tells every reason that the service gives",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/CheckAssetJobStatus.html",
    },
    "ROMA-13": {
      behaviour:
        "A job is read in every form that the documents have: reason or reasons, Running or RUNNING, times as texts or numbers, progress from 0 to 1",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/CheckAssetJobStatus.html",
    },
    "ROMA-14": {
      behaviour:
        "Instances, applications and tasks are listed through all pages, without the secrets of applications",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/ListRomaApp.html",
    },
    "ROMA-15": {
      behaviour:
        "A package that was lost on its way is exported again where that is asked for; after a crash between export and download the same archive is fetched",
      source: page,
    },
  };
