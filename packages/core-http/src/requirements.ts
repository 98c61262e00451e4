import { connectionsRequirements } from "./connections-requirements.ts";

/** What core-http promises. Each id stands in the title of the test that proves it; an unproven one fails the checks. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "HTTP-1": {
      behaviour: "Nothing of the network loads before the first request",
      source: "Cloudhaul: no work at import",
    },
    "HTTP-2": {
      behaviour: "Requests go out over HTTP/1.1 with limits for connecting, for headers and for small bodies",
      source: "Cloudhaul: pace",
    },
    "HTTP-3": {
      behaviour:
        "The proxy comes from the options, else from HTTPS_PROXY, HTTP_PROXY and NO_PROXY; loopback is never proxied by the environment",
      source: "https://curl.se/docs/manpage.html#-x",
    },
    "HTTP-4": {
      behaviour: "A private certificate authority is trusted when given, and only then",
      source: "Cloudhaul: transport",
    },
    "HTTP-5": {
      behaviour: "Each try is authorized afresh; a refused proof is renewed once",
      source: "https://support.huaweicloud.com/eu/devg-apisign/api-sign-algorithm-001.html",
    },
    "HTTP-6": {
      behaviour: "An operation of class never is repeated only after a definite refusal",
      source: "Cloudhaul: repeat class",
    },
    "HTTP-7": {
      behaviour: "Every error body shape of the services is read, within bounds of size and time",
      source:
        "https://github.com/huaweicloud/huaweicloud-sdk-python-v3 (core/exceptions/exception_handler.py)",
    },
    "HTTP-8": {
      behaviour: "No secret reaches an error, its inspection or a log line",
      source: "Cloudhaul: secrets",
    },
    "HTTP-9": {
      behaviour: "A path value is one percent-encoded segment on the wire, whatever it holds",
      source: "https://www.rfc-editor.org/rfc/rfc3986#section-3.3",
    },
    "HTTP-10": {
      behaviour:
        "The final name holds the whole file or nothing new: a body cut in the middle leaves no file",
      source: "Cloudhaul: right or absent",
    },
    "HTTP-11": {
      behaviour: "A file whose sha256 is not the expected one is not published",
      source: "Cloudhaul: integrity",
    },
    "HTTP-12": {
      behaviour: "A server's file name stays a plain file in the folder",
      source: "https://www.rfc-editor.org/rfc/rfc6266#section-4.3",
    },
    "HTTP-13": {
      behaviour: "An existing file is replaced only with overwrite: true, and then in one step",
      source: "Cloudhaul: right or absent",
    },
    "HTTP-14": {
      behaviour: "A stream ends with an error, never short",
      source: "Cloudhaul: right or absent",
    },
    "HTTP-15": {
      behaviour: "An aborted call rejects with the signal's own reason and leaves no file, socket or handle",
      source: "Cloudhaul: cancel",
    },
    "HTTP-16": {
      behaviour:
        "A link gets no credential, is sent byte for byte, and must be https unless it leads to this machine",
      source: "https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0011.html",
    },
    "HTTP-17": {
      behaviour: "A file that comes only once is asked for once, and what came is kept",
      source: "Cloudhaul: once-only",
    },
    "HTTP-18": {
      behaviour: "A connection that brings no byte for the stall time is given up; a slow reader is no stall",
      source: "https://github.com/nodejs/undici/issues/5393",
    },
    "HTTP-19": {
      behaviour: "A set is saved with one manifest that lists every file, names made safe and unique",
      source: "Cloudhaul: names",
    },
    "HTTP-20": {
      behaviour:
        "Throttling and server errors are tried again, waiting as long as Retry-After asks, within a bound",
      source: "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3",
    },
    "HTTP-21": {
      behaviour: "An encoding that was not asked for is refused",
      source: "https://www.rfc-editor.org/rfc/rfc9110#section-8.4",
    },
    "HTTP-22": {
      behaviour: "Wrong options are refused at once, naming the option and the remedy",
      source: "Cloudhaul: errors",
    },
    "HTTP-23": { behaviour: "isInstance holds across copies of the package", source: "Cloudhaul: errors" },
    "HTTP-24": {
      behaviour:
        "Under every fault of the fault table a download is right or absent, says what went wrong, and asks no more often than it may",
      source: "Cloudhaul: right or absent",
    },
    "HTTP-25": {
      behaviour:
        "The same call after a crash goes on where the bytes on the disk are still right, under the validator of the first answer, and else starts again",
      source: "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1",
    },
    "HTTP-26": {
      behaviour: "One target is written by one download at a time; the lock of a dead process is taken over",
      source: "Cloudhaul: resume after a crash",
    },
    "HTTP-27": {
      behaviour: "A file that was whole before a crash gets its name without being fetched again",
      source: "Cloudhaul: resume after a crash",
    },
    "HTTP-28": {
      behaviour:
        "A second run for a file that comes only once sends nothing and says what became of the first",
      source: "Cloudhaul: once-only",
    },
    "HTTP-30": {
      behaviour: "A transfer can be held to a rate, and an abort ends its wait",
      source: "Cloudhaul: pace",
    },
    "HTTP-29": {
      behaviour:
        "An expired link is renewed once for all who need it, and one near its end before it is used",
      source: "https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0011.html",
    },
    "HTTP-70": {
      behaviour: "A link that ends in mid-transfer is renewed, and the file goes on at the same byte",
      source: "https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0011.html",
    },
    "HTTP-71": {
      behaviour:
        "A file that is replaced while it is downloaded arrives as the newer one or is an IntegrityError, never a mixture",
      source: "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1",
    },
    "HTTP-72": {
      behaviour:
        "A full disk publishes nothing and keeps what can be used; once there is room, the same call goes on there",
      source: "Cloudhaul: right or absent",
    },
    "HTTP-73": {
      behaviour:
        "What the file system refuses is an error with the path; a file that comes only once is not asked for then",
      source: "Cloudhaul: errors",
    },
    "HTTP-74": {
      behaviour: "A proxy that wants a password or refuses one is told, and the password is not",
      source: "Cloudhaul: secrets",
    },
    "HTTP-75": {
      behaviour: "Resets, silence, refusals and cuts on the way change nothing in the bytes",
      source: "Cloudhaul: right or absent",
    },
    "HTTP-76": {
      behaviour: "The MD5 that an object store gives as ETag is compared with the bytes",
      source: "https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0013.html",
    },
    "HTTP-50": {
      behaviour:
        "A download that is killed at any point is whole after the same call, with nothing else left in the folder",
      source: "Cloudhaul: resume after a crash",
    },
    "HTTP-51": {
      behaviour: "What a power cut took of the bytes on the disk is noticed, and fetched again",
      source: "Cloudhaul: resume after a crash",
    },
    "HTTP-52": {
      behaviour:
        "A process that is killed over a file that comes only once has asked for it once at most; a later run tells what became of it, or finishes it, and sends nothing",
      source: "Cloudhaul: once-only",
    },
    "HTTP-53": {
      behaviour:
        "Whatever goes wrong after a file that comes only once was asked for, what came is kept and named, and the error says whether the service counts it",
      source: "Cloudhaul: once-only",
    },
    "HTTP-54": {
      behaviour:
        "What can be wrong before a file that comes only once is asked for is found before: folder, name, credentials",
      source: "Cloudhaul: once-only",
    },
    "HTTP-55": {
      behaviour: "To anything but a file, a file that comes only once goes by way of a spooled one",
      source: "Cloudhaul: once-only",
    },
    "HTTP-56": {
      behaviour: "Ten thousand downloads in one process leave no listener, no handle and no memory behind",
      source: "Cloudhaul: memory",
    },
    "HTTP-57": {
      behaviour:
        "A set that was cut short goes on: files that match its manifest are skipped, the one that was cut resumes",
      source: "Cloudhaul: sets",
    },
    "HTTP-58": {
      behaviour: "A file that fails does not stop the rest of a set, unless asked to; the error names each",
      source: "Cloudhaul: sets",
    },
    "HTTP-59": {
      behaviour: "A file of a set that was changed on the disk is fetched anew only as overwrite allows",
      source: "Cloudhaul: sets",
    },
    "HTTP-60": {
      behaviour: "An expired link is renewed once for all who need it, and no link is used when it is over",
      source: "https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0059.html",
    },
    "HTTP-61": {
      behaviour:
        "Many downloads run no more at a time than asked for, and their outcomes are in the order of the items",
      source: "Cloudhaul: sets",
    },
    "HTTP-90": {
      behaviour:
        "A pacer lets one request through in each interval, in turn, and an abort gives the turn away",
      source: "https://support.huaweicloud.com/intl/en-us/api-iothub/CreateExportTask.html",
    },
    "HTTP-91": {
      behaviour:
        "What is said to be saved is on the disk, unless that is switched off; the journal of a long download stays short",
      source: "Cloudhaul: right or absent",
    },
    "HTTP-92": {
      behaviour:
        "A whole job exports, waits and downloads in one call, says what it waits for, and deletes its task only once the file is saved",
      source: "Cloudhaul: whole jobs",
    },
    "HTTP-93": {
      behaviour:
        "The export behind a plan runs once: shared while it runs, remembered once done, forgotten when it fails",
      source: "Cloudhaul: whole jobs",
    },
    "HTTP-94": {
      behaviour:
        "After a crash or an abort the same call goes on with the task, the file or the byte that was reached",
      source: "Cloudhaul: resume after a crash",
    },
    "HTTP-95": {
      behaviour: "A task that failed, or that the service no longer has, is not waited for again",
      source: "Cloudhaul: whole jobs",
    },
    "HTTP-96": {
      behaviour:
        "A start whose answer was lost is looked up where the service can be asked, else told, and never repeated",
      source: "Cloudhaul: whole jobs",
    },
    "HTTP-97": {
      behaviour:
        "A whole job whose file comes only once may run again once it was saved; what was lost is told, or exported again if asked for",
      source: "Cloudhaul: once-only",
    },
    "HTTP-98": {
      behaviour:
        "Waiting asks at growing intervals, tells of each answer, outlives an outage, and ends at its limit, at a failure with its reasons, or with the signal",
      source: "Cloudhaul: whole jobs",
    },
    "HTTP-99": {
      behaviour:
        "Bodies take every form that the services ask for: nested objects, a bare list, JSON within a text, values sent by default",
      source: "https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportEventRequest.html",
    },
    "HTTP-100": {
      behaviour: "Lists go through all pages, by offset or marker, asking for each page only as it is read",
      source: "https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0025.html",
    },
    "HTTP-101": {
      behaviour:
        "Starts that a service refuses while others run take turns, within a limit; who gives up lets the others go on",
      source: "https://support.huaweicloud.com/intl/en-us/api-roma/ExportAsset.html",
    },
    "HTTP-110": {
      behaviour:
        "An answer is read the same wherever the network cuts it; what is ambiguous, hides something or breaks off is refused",
      source: "https://www.rfc-editor.org/rfc/rfc9112",
    },
    "HTTP-111": {
      behaviour:
        "What a stream, a store or a caller is given is theirs to keep, though the connection's memory is used again",
      source: "Cloudhaul: memory",
    },
    "HTTP-112": {
      behaviour:
        "A whole job that was killed before its clean-up hands its file over to the same call, and leaves the next day's call its own export",
      source: "Cloudhaul: whole jobs",
    },
    "HTTP-113": {
      behaviour:
        "What interrupted downloads have left is found and removed under their lock: never of one that runs, and nothing that a saved file needs",
      source: "Cloudhaul: leftovers",
    },
    "HTTP-114": {
      behaviour: "A set tells of each file as it ends, by its path in the folder",
      source: "Cloudhaul: sets",
    },
    ...connectionsRequirements,
  };
