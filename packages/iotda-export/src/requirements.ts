const page = "https://support.huaweicloud.com/intl/en-us/api-iothub/ShowExportTask.html";
const errorCodes = "https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0018.html";
const officialSdk = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3";

/** What this package promises, each with the document it comes from. Every one is proven by a test that names it. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "IOTDA-1": {
      behaviour:
        "A file is asked for by one signed GET with export_task_id as one path segment and Instance-Id as header, and its bytes come unchanged",
      source: page,
    },
    "IOTDA-2": { behaviour: "A token is sent as X-Auth-Token, and then no signature", source: page },
    "IOTDA-3": {
      behaviour: "The file is a zip, saved under the task's id where the service gives no name",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html",
    },
    "IOTDA-4": {
      behaviour:
        "An error code of IoTDA tells the kind of refusal; a rate limit with status 403 is throttling",
      source: errorCodes,
    },
    "IOTDA-5": {
      behaviour: "A wrong parameter is refused at once, naming it",
      source: "Cloudhaul: options are checked at once",
    },
    "IOTDA-6": {
      behaviour: "Every region that an official SDK knows is found at its shared host",
      source: officialSdk,
    },
    "IOTDA-7": {
      behaviour: "A page, or a zip that lacks its end, is not taken for the file",
      source: "Cloudhaul: integrity",
    },
    "IOTDA-8": {
      behaviour:
        "Downloads of one client take turns, 30 seconds apart unless told otherwise; going on after a cut is one more",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html",
    },
    "IOTDA-9": {
      behaviour:
        "Requests to an instance's own host are signed with a key derived for iotdm and the region, those to shared hosts plainly; signing forces either",
      source: officialSdk,
    },
    "IOTDA-10": {
      behaviour:
        "One call exports a batch task, waits by listing with its conditions, downloads the file and deletes the task where that is asked for; the same call goes on with the task that was started",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html",
    },
    "IOTDA-11": {
      behaviour: "An export of the same conditions that runs is joined, not overwritten, and not deleted",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html",
    },
    "IOTDA-12": {
      behaviour:
        "While five tasks of a user are unfinished, a start waits its turn within a limit, however the service words its refusal",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html",
    },
    "IOTDA-13": {
      behaviour:
        "The task of a start whose answer was lost is looked up by its conditions and its time; a start that was not sent is not called lost",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/ListExportTasks.html",
    },
    "IOTDA-14": {
      behaviour:
        "Export tasks are listed through all pages by marker, one is looked up among them, and is deleted; Instance-Id goes with every request",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/ListExportTasks.html",
    },
    "IOTDA-15": {
      behaviour: "Batch tasks are listed by type and shown, with the time in their own form",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0028.html",
    },
  };
