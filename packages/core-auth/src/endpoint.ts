import { ConfigurationError } from "@cloudhaul/core-http";
import { closestNames } from "./closest-names.ts";
import { isLoopback } from "./loopback.ts";
import { endpointFromRegionsFile, regionsFileVariable } from "./regions-file.ts";

/** Where a service answers, by region id: `https://` and the host. */
export type RegionTable = Readonly<Record<string, string>>;

/** What {@link resolveEndpoint} goes by. */
export interface EndpointQuery {
  /** The service's short name, for example `hss`. */
  readonly service: string;
  /** Region id, for example `eu-west-101`. */
  readonly region?: string | undefined;
  /** The endpoint that the user gave; it comes before everything else. */
  readonly endpoint?: string | undefined;
  readonly regions: RegionTable;
}

/**
 * Where to send a service's requests: the `endpoint` given, else the environment's
 * `HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>`, else the regions file (`HUAWEICLOUD_SDK_REGIONS_FILE`, by default
 * `~/.huaweicloud/regions.yaml`), else the service's region table. Of several endpoints, the first.
 *
 * @returns scheme, host and port, without a slash at the end
 * @throws ConfigurationError when the region is missing or unknown, the endpoint is malformed or not https, or the
 * regions file is unreadable or malformed
 * @see https://github.com/huaweicloud/huaweicloud-sdk-python-v3#43-custom-region-configuration
 */
export function resolveEndpoint({ service, region, endpoint, regions }: EndpointQuery): string {
  if (endpoint !== undefined) return checkEndpoint(endpoint, "endpoint");
  if (!region) {
    const known = Object.keys(regions).slice(0, 3).join(", ");
    throw new ConfigurationError(
      "region",
      `region is missing: give one, such as ${known}, or the option endpoint.`,
    );
  }
  const configured = configuredEndpoint(service, region);
  if (configured !== undefined) return configured;
  const known = Object.hasOwn(regions, region) ? regions[region] : undefined;
  if (known !== undefined) return checkEndpoint(known, "region");
  const closest = closestNames(region, Object.keys(regions)).join(", ");
  const text = `${service} is not known to run in the region ${JSON.stringify(region)}. The nearest known: ${closest}. If it does run there, give its address in the option endpoint.`;
  throw new ConfigurationError("region", text);
}

/**
 * The endpoint that the user has set up outside the program, by environment or regions file.
 *
 * @throws ConfigurationError when it is malformed or not https, or the regions file cannot be read
 */
export function configuredEndpoint(service: string, region: string): string | undefined {
  const name = variableFor(service, region);
  const fromEnvironment = process.env[name]?.split(",")[0]?.trim();
  if (fromEnvironment) return checkEndpoint(fromEnvironment, name);
  const fromFile = endpointFromRegionsFile(service, region);
  return fromFile === undefined ? undefined : checkEndpoint(fromFile, regionsFileVariable);
}

function variableFor(service: string, region: string): string {
  return `HUAWEICLOUD_SDK_REGION_${service}_${region}`.toUpperCase().replaceAll("-", "_");
}

/**
 * Checks an address that requests are sent to, and adds `https://` where the scheme is left out.
 *
 * @param from - the option or variable that it came from, for the error
 * @returns scheme, host and port, without a slash at the end
 * @throws ConfigurationError when it is malformed, or plain http to another machine
 */
export function checkEndpoint(endpoint: string, from: string): string {
  const text = endpoint.includes("://") ? endpoint : `https://${endpoint}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url && url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password;
  if (!url || !bare || !url.host || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError(
      from,
      `${from} must be an address such as https://host.example, without path, query or user.`,
    );
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new ConfigurationError(
      from,
      `${from} must be https: over http anyone on the way could read the files and the tokens.`,
    );
  }
  return url.origin;
}
