import type { Operation } from "@cloudhaul/core-http";
import { localExpiry } from "./credential-expiry.ts";
import { type AccessKeyCredentials, conceal } from "./credentials.ts";
import type { IamAnswer } from "./iam-answer.ts";

const path = "/v3.0/OS-CREDENTIAL/securitytokens";
const parameters = { auth: { in: "body", name: "auth", type: "object", required: true } } as const;
const repeat = "safe"; // a key more does no harm: it does not void the others

/** The two ways in which IAM gives a temporary access key. */
export const temporaryKeyOperations: Readonly<Record<"byAgency" | "byToken", Operation>> = {
  byAgency: {
    name: "CreateTemporaryAccessKeyByAgency",
    method: "POST",
    ...{ path, parameters, repeat },
    source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html",
  },
  byToken: {
    name: "CreateTemporaryAccessKeyByToken",
    method: "POST",
    path,
    // The document wants the token in the header, most of the vendor's SDKs write it into the body alone: both are given.
    parameters: { ...parameters, token: { in: "header", name: "X-Auth-Token", required: true } },
    repeat,
    source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0002.html",
  },
};

/** How long a temporary key is asked for, in seconds. IAM gives 15 minutes to 24 hours. */
export const durationRule = { type: "integer", min: 900, max: 86_400 } as const;

/** A temporary key as IAM and the metadata service write it. */
export interface WrittenKey {
  readonly access: string;
  readonly secret: string;
  readonly securitytoken: string;
  readonly expires_at: string;
}

/**
 * The credential that an answer holds.
 *
 * @throws ResponseFormatError when its expiry is no date
 */
export function temporaryKey(
  { body, headers }: IamAnswer<{ readonly credential: WrittenKey }>,
  facts: {
    readonly source: string;
    readonly projectId?: string | undefined;
    readonly iamEndpoint?: string | undefined;
  },
): AccessKeyCredentials {
  const { access, secret, securitytoken, expires_at } = body.credential;
  return conceal({
    kind: "access-key",
    accessKeyId: access,
    secretAccessKey: secret,
    securityToken: securitytoken,
    expiresAt: localExpiry(expires_at, "credential.expires_at", headers),
    ...facts,
  });
}
