const signing = "https://support.huaweicloud.com/eu/devg-apisign/api-sign-algorithm-001.html";
const gatewayCodes = "https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html";
const token = "https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html";
const projects = "https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html";
const environment = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3#221-environment-variables";
const regions = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3#43-custom-region-configuration";
const keyLock = "https://support.huaweicloud.com/intl/en-us/ocr_faq/ocr_01_0063.html";

/** What this package promises, each with the document it comes from. Every one is proven by a test that names it. */
export const requirements: Readonly<Record<string, { readonly behaviour: string; readonly source: string }>> =
  {
    "AUTH-1": {
      behaviour: "A request is signed as the official SDKs sign it, with either algorithm",
      source: signing,
    },
    "AUTH-2": {
      behaviour: "Host and x-sdk-date are always signed, and with them exactly the headers given",
      source: signing,
    },
    "AUTH-3": {
      behaviour: "What the official SDKs sign rightly verifies; what they sign wrongly does not",
      source: signing,
    },
    "AUTH-4": {
      behaviour: "A signature more than 15 minutes from the clock, either way, is refused",
      source: signing,
    },
    "AUTH-5": {
      behaviour: "A changed method, path, query, signed header, body or secret is refused",
      source: signing,
    },
    "AUTH-6": {
      behaviour: "A declared body digest must match the body; UNSIGNED-PAYLOAD leaves the body out",
      source: signing,
    },
    "AUTH-7": { behaviour: "A security token must be the access key's", source: signing },
    "AUTH-8": {
      behaviour: "A wrong option is refused at once, naming it",
      source: "Cloudhaul: options are checked at once",
    },
    "AUTH-9": {
      behaviour: "No secret shows in an error, its causes, a provider or a printed credential",
      source: "Cloudhaul: secrets",
    },
    "AUTH-10": {
      behaviour:
        "The environment's access key is read by the official names; half a pair names the missing one",
      source: environment,
    },
    "AUTH-11": {
      behaviour: "Where no credential is found, the error lists what each place looked for",
      source: "Cloudhaul: the chain",
    },
    "AUTH-12": {
      behaviour: "A token is got by POST /v3/auth/tokens?nocatalog and read from X-Subject-Token",
      source: token,
    },
    "AUTH-13": {
      behaviour: "A token is kept until minutes before its end, and renewed once for all who wait",
      source: token,
    },
    "AUTH-14": {
      behaviour: "A caller's abort rejects with its reason and does not end the renewal for the others",
      source: "Cloudhaul: signals",
    },
    "AUTH-15": {
      behaviour: "A rejected token is thrown away; a rejected access key is never sent again",
      source: keyLock,
    },
    "AUTH-16": {
      behaviour: "IAM is found by option, environment, region (Europe on .eu), and else globally",
      source: regions,
    },
    "AUTH-17": {
      behaviour:
        "A service is found by option, environment, and region table; an unknown region names the nearest",
      source: regions,
    },
    "AUTH-18": { behaviour: "Requests go by https, loopback excepted", source: "Cloudhaul: secrets" },
    "AUTH-19": {
      behaviour: "The project id comes from the option, the credential, or IAM, once; it is never created",
      source: projects,
    },
    "AUTH-20": {
      behaviour: "An access key signs each try anew, with x-project-id; a token goes as X-Auth-Token",
      source: token,
    },
    "AUTH-21": {
      behaviour:
        "A refusal that nothing can cure names kind, source, host and the remedy, the service's words as cause",
      source: gatewayCodes,
    },
    "AUTH-22": {
      behaviour: "The gateway's codes have the same meaning with either prefix",
      source: gatewayCodes,
    },
  };
