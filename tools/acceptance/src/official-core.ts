import type { AccessKey, DerivedScope } from "@cloudhaul/core-auth";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core";
import { HcClient } from "@huaweicloud/huaweicloud-sdk-core/HcClient.js";
import { DefaultHttpClient } from "@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js";
import { type Logger, LogLevel } from "@huaweicloud/huaweicloud-sdk-core/logger/index.js";

/** A call as the vendor's generated clients hand it to their core. */
export interface OfficialCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With names in braces; the core fills in the project. */
  readonly url: string;
  readonly pathParams?: Readonly<Record<string, string>>;
  /** In the order in which the vendor's documents have them. */
  readonly queryParams?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of an operation with a body, and of no other. */
  readonly data?: object;
}

/** Who asks, and where. */
export interface OfficialAccess {
  readonly endpoint: string;
  readonly projectId: string;
  readonly accessKey: AccessKey;
  /** Signs with `V11-HMAC-SHA256`, for this. */
  readonly derived?: DerivedScope | undefined;
}

const ignore = (): void => undefined;
/** A refusal rejects, so there is nothing to log; the core would print whole requests, signatures included. */
const silent: Logger = {
  ...{ debug: ignore, info: ignore, warn: ignore, error: ignore },
  ...{ setLevel: ignore, setName: ignore, getLevel: () => LogLevel.ERROR },
};

/** Makes a call by the vendor's own core, signer and HTTP client; resolves with the status of the answer. */
export async function callOfficially(call: OfficialCall, access: OfficialAccess): Promise<number> {
  const http = new DefaultHttpClient({ logger: silent }, [access.endpoint]);
  const client = new HcClient(http).withCredential(credentialsOf(access)).withEndpoints([access.endpoint]);
  const { method, url, pathParams = {}, queryParams = {}, headers = {}, data } = call;
  const options = {
    ...{ method, url, contentType: "application/json", pathParams, queryParams, headers: { ...headers } },
    ...(data && { data }),
  };
  try {
    return (await client.sendRequest<Answered>(options)).httpStatusCode;
  } catch (error) {
    const { httpStatusCode } = error as Partial<Answered>;
    if (httpStatusCode === undefined) throw error; // not a refusal: there was no answer
    return httpStatusCode;
  }
}

interface Answered {
  readonly httpStatusCode: number;
}

function credentialsOf({ accessKey, projectId, derived }: OfficialAccess): BasicCredentials {
  const { accessKeyId, secretAccessKey, securityToken } = accessKey;
  const credentials = new BasicCredentials()
    .withAk(accessKeyId)
    .withSk(secretAccessKey)
    .withSecurityToken(securityToken)
    .withProjectId(projectId);
  if (derived) {
    credentials.processDerivedAuthParams(derived.service, derived.region);
    credentials.withDerivedPredicate(() => true);
  }
  return credentials;
}
