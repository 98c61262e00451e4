const page = "https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListDownloadExportedFile.html";
const pollPage = "https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListQueryExportTask.html";
const reference = "https://support.huaweicloud.com/intl/en-us/api-hss2.0";
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
    "HSS-7": {
      behaviour:
        "Each of the fourteen exports is started by its own request, as the vendor names its path and fields, odd ones included, with the region where it is demanded",
      source: officialSdk,
    },
    "HSS-8": {
      behaviour: "What breaks a documented limit of an export is refused before anything is sent",
      source: officialSdk,
    },
    "HSS-9": {
      behaviour:
        "A task is asked for in each of the three ways; which belongs to which export is not documented, so the others are tried where one does not know it",
      source: pollPage,
    },
    "HSS-10": {
      behaviour:
        "A wait needs only the task's id, and ends with its file, with the failure that the service tells, or at its limit",
      source: pollPage,
    },
    "HSS-11": {
      behaviour:
        "A whole job starts, waits and downloads within one enterprise project, under the name that the service tells",
      source: "Cloudhaul: the whole job in one call",
    },
    "HSS-12": {
      behaviour:
        "An export is started once: never again when its answer is lost, shared by all uses of a plan",
      source: "Cloudhaul: no second task",
    },
    "HSS-13": {
      behaviour: "An export that leaves records out says so in the log",
      source: `${reference}/BatchExportBaselineTask.html`,
    },
    "HSS-14": {
      behaviour: "Monthly reports are listed through all pages",
      source: `${reference}/ListMonthlyOperationReports.html`,
    },
    "HSS-15": {
      behaviour:
        "Killed at any stage of a whole job, the same call goes on from there: no second task, the right file",
      source: "Cloudhaul: the same call goes on",
    },
    "HSS-16": {
      behaviour:
        "Every export runs against the emulated service as it does by the vendor's documents, each refusal with its kind",
      source: errorCodes,
    },
  };
