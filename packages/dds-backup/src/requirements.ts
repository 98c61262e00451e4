const docs = "https://support.huaweicloud.com/intl/en-us/api-dds";
const page = `${docs}/dds_api_0059.html`;
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
    "DDS-13": {
      behaviour: "Instances are listed over all pages, with their groups and nodes",
      source: `${docs}/dds_api_0023.html`,
    },
    "DDS-14": {
      behaviour:
        "Backups are listed over all pages by every filter; type and status are understood in each source's spelling",
      source: `${docs}/dds_api_0029.html`,
    },
    "DDS-15": {
      behaviour: "A backup is found by its id; one that is not listed is a not-found error",
      source: `${docs}/dds_api_0029.html`,
    },
    "DDS-16": {
      behaviour:
        "A backup is begun by one POST, never sent twice; a name or description that is not allowed is not sent",
      source: `${docs}/dds_api_0027.html`,
    },
    "DDS-17": { behaviour: "A manual backup is deleted by its id", source: `${docs}/dds_api_0028.html` },
    "DDS-18": {
      behaviour:
        "Waiting goes by the backup's own status and needs its id alone; the job tells progress and reasons, if it is known",
      source: "https://docs.otc.t-systems.com/document-database-service/api-ref/",
    },
    "DDS-19": {
      behaviour:
        "A refusal that is due to the project's download policy says so; the policy is asked for at no other time",
      source: `${docs}/dds_api_0282.html`,
    },
    "DDS-20": {
      behaviour:
        "Logs are asked for by the same POST until their links are there, and go to a folder for each node",
      source: `${docs}/dds_api_0096.html`,
    },
    "DDS-21": {
      behaviour:
        "Logs that could not be made are named and the rest is saved; links that end are replaced by asking again",
      source: `${docs}/dds_api_0094.html`,
    },
    "DDS-22": {
      behaviour: "verifyBackup takes every kind of LZ4 frame and tar that is whole for whole",
      source: "https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md",
    },
    "DDS-23": {
      behaviour:
        "verifyBackup tells what is wrong with a file that was cut, changed, or whose tar has no end",
      source: "https://www.gnu.org/software/tar/manual/html_node/Standard.html",
    },
    "DDS-24": {
      behaviour:
        "What is no LZ4 is named by its first bytes; a library that is missing is named with its remedy",
      source: "Cloudhaul: errors say what to do",
    },
    "DDS-25": {
      behaviour: "verifyBackup reads in constant memory, tells how far it is, and can be ended",
      source: "Cloudhaul: memory",
    },
    "DDS-26": {
      behaviour:
        "The latest backup is the complete one that was begun last, found once for a plan, and named in errors",
      source: "Cloudhaul: the latest backup",
    },
  };
