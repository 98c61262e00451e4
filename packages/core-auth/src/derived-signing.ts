import { ConfigurationError } from "@cloudhaul/core-http";
import type { RegionTable } from "./endpoint.ts";
import type { DerivedScope } from "./sign.ts";

/** Which of the two algorithms signs: `plain` is `SDK-HMAC-SHA256`, `derived` is `V11-HMAC-SHA256`. */
export type Signing = "plain" | "derived";

/** What {@link derivedScope} goes by. */
export interface DerivedSigningQuery {
  /** The service's short name in host names, for example `iotda`. */
  readonly service: string;
  /** Its name in derived keys, for example `iotdm`; `undefined` where it knows none. */
  readonly derivedService: string | undefined;
  readonly regions: RegionTable;
  readonly endpoint: string;
  readonly region: string | undefined;
  /** What the user demands. */
  readonly signing: Signing | undefined;
}

/**
 * What requests to this endpoint are derived-signed for; `undefined` where they are signed plainly. Hosts that all
 * accounts of a region share take plain signatures, an instance's own host takes derived ones.
 *
 * @throws ConfigurationError when a derived signature lacks its region
 */
export function derivedScope(query: DerivedSigningQuery): DerivedScope | undefined {
  const { derivedService, region } = query;
  if (derivedService === undefined) return undefined;
  if ((query.signing ?? (isShared(query) ? "plain" : "derived")) === "plain") return undefined;
  if (region !== undefined) return { region, service: derivedService };
  const text = `region is missing: requests to ${new URL(query.endpoint).host} are signed for one region. Give it, or signing "plain".`;
  throw new ConfigurationError("region", text);
}

/** `<service>.<region>.` and one of the vendor's domains, Europe's too. */
const cloudDomain = /^[a-z0-9-]+\.(?:myhuaweicloud|huaweicloud|myhwclouds)\.(?:com|cn|eu)$/;

function isShared({ service, regions, endpoint }: DerivedSigningQuery): boolean {
  if (Object.values(regions).includes(endpoint)) return true;
  const { hostname } = new URL(endpoint); // of a region that the table does not know yet
  return hostname.startsWith(`${service}.`) && cloudDomain.test(hostname.slice(service.length + 1));
}
