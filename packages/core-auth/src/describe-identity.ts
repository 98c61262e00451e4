import { checkInput, createHttpSettings } from "@cloudhaul/core-http";
import { defaultCredentials } from "./default-credentials.ts";
import { checkEndpoint, resolveEndpoint } from "./endpoint.ts";
import { resolveIamEndpoint } from "./iam.ts";
import { createProjectIdResolver } from "./project-id.ts";
import { type ServiceClientOptions, type ServiceDefinition, serviceOptionRules } from "./service-client.ts";
import { createServiceClock } from "./service-clock.ts";

/** Options of {@link describeIdentity}: those that a client would get. */
export interface DescribeIdentityOptions extends ServiceClientOptions {
  /** The service whose endpoint is told. Default: IAM. */
  readonly service?: Pick<ServiceDefinition, "service" | "regions"> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Who a client with the same options would be, and where it would ask. */
export interface Identity {
  readonly credentialKind: "access-key" | "token";
  /** Where the credential came from, in words for people, for example `environment`. */
  readonly source: string;
  /** Its first and last characters, for example `HPUA…ZK4C`; `undefined` with a token. */
  readonly accessKeyId: string | undefined;
  /** `undefined` where none was given and there is no region to look it up by. */
  readonly projectId: string | undefined;
  readonly region: string | undefined;
  /** Scheme and host that requests go to. */
  readonly endpoint: string;
  /** When the credential stops being good; `undefined` where it does not say. */
  readonly expiresAt: Date | undefined;
}

/**
 * Tells who you are to Huawei Cloud: gets the credential that a client with these options would use, and looks its
 * project up in IAM where neither the options nor the credential name one. No secret is in the answer.
 *
 * @throws ConfigurationError when an option is wrong, or IAM names no project for the region, or several
 * @throws AuthenticationError when there is no credential, or IAM refuses it
 */
export async function describeIdentity(options: DescribeIdentityOptions = {}): Promise<Identity> {
  checkInput({ ...serviceOptionRules, service: { type: "object" }, signal: { type: "object" } }, options);
  const { region, credentials = defaultCredentials(), signal } = options;
  const endpoint = endpointOf(options);
  const settings = createHttpSettings(options);
  const account = { credentials, region, clock: createServiceClock() };
  try {
    const current = await credentials({ ...settings, ...account, signal });
    const given = options.projectId ?? current.projectId;
    const iamEndpoint = options.service ? undefined : endpoint;
    const lookUp = createProjectIdResolver({ ...account, settings, iamEndpoint, projectId: given });
    const projectId = region === undefined ? given : await lookUp(signal);
    const accessKeyId = current.kind === "access-key" ? masked(current.accessKeyId) : undefined;
    const { kind: credentialKind, source, expiresAt } = current;
    return { credentialKind, source, accessKeyId, projectId, region, endpoint, expiresAt };
  } finally {
    if (!options.transport) await settings.transport.close();
  }
}

function endpointOf({ service: asked, region, endpoint }: DescribeIdentityOptions): string {
  if (endpoint !== undefined) return checkEndpoint(endpoint, "endpoint");
  if (!asked) return resolveIamEndpoint({ region });
  return resolveEndpoint({ service: asked.service, regions: asked.regions, region });
}

/** Enough to tell two keys apart; of a short id less, or there would be nothing left to hide. */
function masked(accessKeyId: string): string {
  const shown = accessKeyId.length >= 16 ? 4 : 1;
  return `${accessKeyId.slice(0, shown)}…${accessKeyId.slice(-shown)}`;
}
