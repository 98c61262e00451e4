const loopback = "Cloudhaul: a local cloud for tests";

/** What this package promises, and who says so. A test proves each. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "EMU-1": {
      behaviour:
        "Contents are valid files of exact length, the same for the same seed, made in parts and never held whole.",
      source: "https://support.huaweicloud.com/intl/en-us/usermanual-dds/dds_03_0089.html",
    },
    "EMU-2": {
      behaviour:
        "A request without a good signature or token, or for another project, is refused in its service's own shape.",
      source: "https://support.huaweicloud.com/eu/devg-apisign/api-sign-algorithm-001.html",
    },
    "EMU-3": {
      behaviour:
        "IAM gives tokens for the password and lists the region's project; tokens expire and can be revoked.",
      source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html",
    },
    "EMU-4": {
      behaviour: "HSS, IoTDA and MetaStudio give files by id, and answer an unknown id with their own codes.",
      source: "https://support.huaweicloud.com/eu/api-hss2.0/ErrorCode.html",
    },
    "EMU-5": {
      behaviour:
        "What no document says is a named variant, the least helpful one being the default; an unknown one is refused.",
      source: "Cloudhaul: named variants",
    },
    "EMU-6": {
      behaviour:
        "ROMA Connect gives an archive once, even when the transfer is cut; a refused identity spends nothing.",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/DownloadAssetArchive.html",
    },
    "EMU-7": {
      behaviour:
        "DDS gives a link for each file of a backup, with its size in KB, its time of expiry and its group.",
      source: "https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0059.html",
    },
    "EMU-8": {
      behaviour: "Two emulators share nothing, and a closed one leaves nothing behind.",
      source: loopback,
    },
    "EMU-9": {
      behaviour: "A link is good for its method, its object and its time, and alone.",
      source: "https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0011.html",
    },
    "EMU-10": {
      behaviour: "OBS honours one range and the conditions on ETag and date, and does not heed If-Range.",
      source: "https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0083.html",
    },
    "EMU-11": { behaviour: "Faults are carried out on the real socket.", source: loopback },
    "EMU-12": {
      behaviour: "A fault strikes the requests that its rule names, as often as it says.",
      source: loopback,
    },
    "EMU-13": {
      behaviour: "Memory does not grow with a file, and nothing is made for a client that has gone.",
      source: loopback,
    },
    "EMU-14": { behaviour: "The last 10,000 requests can be read, credentials included.", source: loopback },
    "EMU-15": {
      behaviour: "Other processes can read the state and add faults, over loopback alone.",
      source: loopback,
    },
    "EMU-16": {
      behaviour: "It runs as a process of its own that tells on one line where it is and what it has.",
      source: loopback,
    },
    "EMU-17": { behaviour: "msw handlers give the same answers.", source: loopback },
    "EMU-18": {
      behaviour: "ROMA Connect lists the instances of a project, which spends no archive.",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/CheckRomaInstanceListV2.html",
    },
    "EMU-30": {
      behaviour:
        "IAM gives temporary keys for a token or the agency, which sign until they expire or are revoked.",
      source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html",
    },
    "EMU-31": {
      behaviour: "IAM gives tokens for the id tokens of its identity provider, with the scope asked for.",
      source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_13_0605.html",
    },
    "EMU-32": {
      behaviour: "The metadata service wants a session token with a life, unless it is an old one.",
      source: "https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_2167.html",
    },
    "EMU-33": {
      behaviour: "A cluster's agent gives keys for the token of a pod's service account.",
      source: "https://github.com/huaweicloud/huaweicloud-sdk-python-v3",
    },
    "EMU-34": {
      behaviour: "A user with MFA gets a token for password and passcode only.",
      source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html",
    },
    "EMU-40": {
      behaviour: "An emulator has as many accounts as are added, and none sees what another has.",
      source: loopback,
    },
    "EMU-41": {
      behaviour:
        "HSS starts an export at each of its 14 operations, by the fields and limits of its documents.",
      source: "https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportVuls.html",
    },
    "EMU-42": {
      behaviour:
        "HSS tells the state of an export at three endpoints, and names its file when it has ended well.",
      source: "https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListQueryExportTask.html",
    },
    "EMU-43": {
      behaviour:
        "HSS gives a task or a file to whoever asks for its enterprise project and has a right to it.",
      source: "https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListDownloadExportedFile.html",
    },
    "EMU-44": {
      behaviour: "HSS lists the monthly operations reports.",
      source: "https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListMonthlyOperationReports.html",
    },
    "EMU-45": {
      behaviour:
        "IoTDA creates, lists and deletes export tasks: 50 at most, 5 unfinished, one file for the same conditions.",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html",
    },
    "EMU-46": {
      behaviour: "IoTDA lists batch tasks and shows one.",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/iot_06_v5_0028.html",
    },
    "EMU-60": {
      behaviour:
        "ROMA Connect exports 1 to 100 assets by a job, one at a time, whose archive is there when it succeeded.",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/ExportAsset.html",
    },
    "EMU-61": {
      behaviour: "ROMA Connect lists instances, applications with their secrets, and tasks, page by page.",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/ListRomaApp.html",
    },
    "EMU-62": {
      behaviour: "MetaStudio exports a resource by a task, which can be shown, found among ten, and deleted.",
      source: "https://support.huaweicloud.com/intl/en-us/api-metastudio/SearchTask.html",
    },
    "EMU-63": {
      behaviour: "MetaStudio gives the template of an import, and takes one, whose report can be downloaded.",
      source: "https://support.huaweicloud.com/intl/en-us/api-metastudio/ImportResource.html",
    },
    "EMU-64": {
      behaviour:
        "DDS lists instances and backups by all documented filters, and refuses a filter that is wrong.",
      source: "https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0029.html",
    },
    "EMU-65": {
      behaviour:
        "DDS creates and deletes manual backups by jobs; one that is not complete has no links, but a refusal.",
      source: "https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0027.html",
    },
    "EMU-66": {
      behaviour: "DDS lets no backup be downloaded while the policy of the project is closed.",
      source: "https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0280.html",
    },
    "EMU-67": {
      behaviour:
        "DDS exports error and slow logs, telling how far it is whenever the same call is made again.",
      source: "https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0096.html",
    },
    "EMU-68": {
      behaviour: "Every use of a link is recorded, with its moment by the emulator's clock and its end.",
      source: loopback,
    },
    "EMU-69": {
      behaviour: "Connections can be as slow and as short as a test says, without end.",
      source: loopback,
    },
  };
