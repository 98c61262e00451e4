import type { ErrorKinds, Operation } from "@cloudhaul/core-http";
import { checkEndpoint, configuredEndpoint, type RegionTable } from "./endpoint.ts";
import { gatewayErrorKinds } from "./gateway-error-kinds.ts";

/** The operations of IAM that are used here. */
export const iamOperations: Readonly<Record<"createToken" | "listProjects", Operation>> = {
  createToken: {
    name: "KeystoneCreateUserTokenByPassword",
    method: "POST",
    path: "/v3/auth/tokens",
    parameters: {
      /** Any value keeps the catalogue, which is large and not needed, out of the answer. */
      noCatalog: { in: "query", name: "nocatalog" },
      auth: { in: "body", name: "auth", type: "object", required: true },
    },
    repeat: "safe", // a token more does no harm: it does not void the others
    source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html",
  },
  listProjects: {
    name: "KeystoneListProjects",
    method: "GET",
    path: "/v3/projects",
    parameters: { name: { in: "query", name: "name" } },
    repeat: "safe",
    source: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html",
  },
};

/** What IAM's codes mean. It writes the HTTP status into `code`, so its 401 is told by the number. */
export const iamErrorKinds: ErrorKinds = {
  ...gatewayErrorKinds,
  "400": "invalid",
  "401": "unauthenticated",
  "403": "forbidden",
  "404": "not-found",
  "IAM.0101": "unauthenticated",
};

/** Answers for every region of the `.com` cloud. */
const globalEndpoint = "https://iam.myhuaweicloud.com";

/** The European cloud is one of its own: it has other accounts than `.com`, and another domain. */
const ownDomains: RegionTable = { "eu-west-101": "https://iam.eu-west-101.myhuaweicloud.eu" };

/** The regions with an IAM address of their own (the region table of the vendor's SDKs). */
const regionalIds: readonly string[] = [
  "ae-ad-1",
  "af-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "cn-east-2",
  "cn-east-3",
  "cn-east-4",
  "cn-east-5",
  "cn-north-1",
  "cn-north-2",
  "cn-north-4",
  "cn-north-9",
  "cn-south-1",
  "cn-south-2",
  "cn-southwest-2",
  "eu-west-0",
  "la-north-2",
  "la-south-2",
  "me-east-1",
  "my-kualalumpur-1",
  "na-mexico-1",
  "ru-moscow-1",
  "sa-brazil-1",
  "tr-west-1",
];

/** Where IAM answers for a region. */
export interface IamEndpointQuery {
  readonly region?: string | undefined;
  /** The address that the user gave. */
  readonly iamEndpoint?: string | undefined;
}

/**
 * Where to reach IAM: the address given, else `HUAWEICLOUD_SDK_IAM_ENDPOINT`, else the region's by
 * `HUAWEICLOUD_SDK_REGION_IAM_<REGION>`, the regions file, or the table, else the global one.
 *
 * @throws ConfigurationError when the address is malformed or not https, or the regions file cannot be read
 */
export function resolveIamEndpoint({ region, iamEndpoint }: IamEndpointQuery): string {
  if (iamEndpoint !== undefined) return checkEndpoint(iamEndpoint, "iamEndpoint");
  const variable = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
  const fromEnvironment = process.env[variable];
  if (fromEnvironment) return checkEndpoint(fromEnvironment, variable);
  if (region === undefined) return globalEndpoint;
  const configured = configuredEndpoint("iam", region);
  if (configured !== undefined) return configured;
  if (Object.hasOwn(ownDomains, region)) return ownDomains[region] ?? globalEndpoint;
  return regionalIds.includes(region) ? `https://iam.${region}.myhuaweicloud.com` : globalEndpoint;
}
