const signing = "https://support.huaweicloud.com/eu/devg-apisign/api-sign-algorithm-001.html";
const gatewayCodes = "https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html";
const token = "https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html";
const projects = "https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html";
const environment = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3#241-environment-variables-top";
const regions = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3#43-custom-region-configuration";
const staleSignature = "https://support.huaweicloud.com/intl/en-us/usermanual-apig/apig-faq-0009.html";
const officialSdk = "https://github.com/huaweicloud/huaweicloud-sdk-python-v3";
const keyLock = "https://support.huaweicloud.com/intl/en-us/ocr_faq/ocr_01_0063.html";
const metadata = "https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_2167.html";

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
      behaviour: "A token is kept, and got once for all who wait",
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
        "A service is found by option, environment, regions file and table; an unknown region names the nearest",
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
    "AUTH-60": {
      behaviour:
        "A body that is a stream is signed as UNSIGNED-PAYLOAD, unread, and without a digest it does not verify",
      source: signing,
    },
    "AUTH-61": {
      behaviour:
        "A derived key is bound to secret, id, day, region and service; a changed character of the proof is refused",
      source: signing,
    },
    "AUTH-62": {
      behaviour:
        "A clock that is off costs a client one refused signature in all: the service's time is learned from it",
      source: staleSignature,
    },
    "AUTH-63": {
      behaviour: "A service's time is believed over https or loopback alone, up to 24 hours either way",
      source: "Cloudhaul: secrets",
    },
    "AUTH-64": {
      behaviour:
        "The regions file is read after the environment and before the table; what it cannot mean names the line",
      source: regions,
    },
    "AUTH-65": {
      behaviour:
        "Where a service has them, an instance's own host gets signatures by derived keys, a shared host plain ones",
      source: officialSdk,
    },
    "AUTH-66": {
      behaviour:
        "describeIdentity tells kind, source, masked key, project, region, endpoint and expiry, no secret",
      source: "Cloudhaul: identity",
    },
    "AUTH-67": {
      behaviour:
        "A rejection is known in every form, as the gateway, IAM, MetaStudio and ROMA write it; a second one is final",
      source: gatewayCodes,
    },
    "AUTH-68": {
      behaviour: "IAM is known in every region that an official SDK lists for it, eu-west-101 included",
      source: officialSdk,
    },
    "AUTH-30": {
      behaviour: "A renewal begins ahead of the end, and nobody waits for it while the old one is good",
      source: "Cloudhaul: renewal",
    },
    "AUTH-31": {
      behaviour: "A failed early renewal is tolerated, and tried again from time to time, until the real end",
      source: "Cloudhaul: renewal",
    },
    "AUTH-32": {
      behaviour: "A credential that lives shorter than the margin is not renewed for each request",
      source: "Cloudhaul: renewal",
    },
    "AUTH-33": {
      behaviour: "However many requests meet an expired or refused token, IAM is asked once",
      source: "Cloudhaul: renewal",
    },
    "AUTH-34": {
      behaviour: "A password may be joined by a passcode, asked for each token anew",
      source: token,
    },
    "AUTH-35": {
      behaviour: "A temporary key of an agency is asked for by a signed request, or with a token",
      source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html",
    },
    "AUTH-36": {
      behaviour: "An id token from a file, read anew each time, becomes a token and then a temporary key",
      source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_13_0605.html",
    },
    "AUTH-37": {
      behaviour: "A cloud server's key is asked for with a session token, or without where none is known",
      source: metadata,
    },
    "AUTH-38": {
      behaviour:
        "Where there is no metadata service, or no agency, that is known within 3 s, and passed over",
      source: metadata,
    },
    "AUTH-39": {
      behaviour: "A pod gets its key from the cluster's agent for its service account's token",
      source: "https://github.com/huaweicloud/huaweicloud-sdk-python-v3",
    },
    "AUTH-40": {
      behaviour: "A profile is read from the credentials file by the official names",
      source: "https://github.com/huaweicloud/huaweicloud-sdk-python-v3#242-profile-top",
    },
    "AUTH-41": {
      behaviour:
        "A malformed credentials file is told by its line, an unreadable one by its path; no content is shown",
      source: "Cloudhaul: secrets",
    },
    "AUTH-42": {
      behaviour: "An identity provider in the environment comes before an access key",
      source: environment,
    },
    "AUTH-43": {
      behaviour: "The chain asks environment, profile, metadata, pod identity, and stays with what it found",
      source: "https://github.com/huaweicloud/huaweicloud-sdk-python-v3#244-provider-chain-top",
    },
    "AUTH-44": { behaviour: "No file is written anywhere", source: "Cloudhaul: no traces" },
    "AUTH-45": {
      behaviour: "How long a credential lives is counted by the clock of the one who gave it",
      source: "Cloudhaul: renewal",
    },
    "AUTH-46": { behaviour: "Renewals of many machines are spread by chance", source: "Cloudhaul: renewal" },
  };
