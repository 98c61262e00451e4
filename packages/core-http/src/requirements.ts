/** What core-http promises. Each id stands in the title of the test that proves it; an unproven one fails the checks. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "HTTP-1": {
      behaviour: "Nothing of undici loads before the first request",
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
  };
