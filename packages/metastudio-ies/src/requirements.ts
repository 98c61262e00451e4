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
    "METASTUDIO-7": {
      behaviour:
        "One call exports a resource, waits for its task, downloads the result and deletes the task where that is asked for; the same call goes on with the task that was started. Templates are downloaded, too",
      source: "https://support.huaweicloud.com/intl/en-us/api-metastudio/ExportResource.html",
    },
    "METASTUDIO-8": {
      behaviour:
        "Whether the answer to an export is the id of its task is asked; if not, the task is the newest that was not there before. The task of a start whose answer was lost is looked for in the same way",
      source: "https://support.huaweicloud.com/intl/en-us/api-metastudio/SearchTask.html",
    },
    "METASTUDIO-9": {
      behaviour:
        "A task has ended when the caller says so, or else when it has an end time or its counts are complete; the wait always has a limit",
      source: "https://support.huaweicloud.com/intl/en-us/api-metastudio/ShowTask.html",
    },
    "METASTUDIO-10": {
      behaviour:
        "Tasks are shown and searched for, with numbers read from texts and what is not documented kept as it is",
      source: "https://support.huaweicloud.com/intl/en-us/api-metastudio/ShowTask.html",
    },
  };
