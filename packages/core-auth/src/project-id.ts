import {
  AuthenticationError,
  ConfigurationError,
  createSharedCall,
  type HttpSettings,
} from "@cloudhaul/core-http";
import { createAuthorizer } from "./authorizer.ts";
import type { CredentialProvider, Credentials } from "./credentials.ts";
import { iamOperations, resolveIamEndpoint } from "./iam.ts";
import { askIam } from "./iam-answer.ts";
import type { ServiceClock } from "./service-clock.ts";

/** What a project is looked up by. */
export interface ProjectIdQuery {
  /** The id that the user gave; it comes before everything else. */
  readonly projectId?: string | undefined;
  readonly credentials: CredentialProvider;
  readonly settings: HttpSettings;
  /** Region id; the region's main project bears it as its name. */
  readonly region?: string | undefined;
  /** Where IAM answers. Default: the credential's own, else `HUAWEICLOUD_SDK_IAM_ENDPOINT`, else the region's, else the global one. */
  readonly iamEndpoint?: string | undefined;
  /** The client's, so that IAM and the service need not both teach the time. */
  readonly clock?: ServiceClock | undefined;
}

/** Finds out the project id. */
export type ProjectIdResolver = (signal: AbortSignal | undefined) => Promise<string>;

/**
 * The project to work in: the one given, else the credential's own, else the one that IAM names for the region. Looked
 * up once for each resolver, whoever waits, and remembered, a failure not; never created.
 *
 * The resolver rejects with a ConfigurationError when there is no such project, or more than one, and with an
 * AuthenticationError or ServiceError when IAM refuses.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html
 */
export function createProjectIdResolver(query: ProjectIdQuery): ProjectIdResolver {
  const { credentials, settings, region, projectId, clock } = query;
  let found = projectId;
  const lookUp = createSharedCall(async (_: undefined, signal) => {
    const current = await credentials({ ...settings, region, clock, signal });
    found = current.projectId ?? (await askForProject(query, current, signal));
    return found;
  });
  return async (signal) => found ?? lookUp(undefined, signal);
}

async function askForProject(
  { credentials, settings, region, iamEndpoint, clock }: ProjectIdQuery,
  current: Credentials,
  signal: AbortSignal,
): Promise<string> {
  if (!region) {
    const text = "projectId is missing, and cannot be looked up without a region. Give one of them.";
    throw new ConfigurationError("projectId", text);
  }
  const endpoint = resolveIamEndpoint({ region, iamEndpoint: iamEndpoint ?? current.iamEndpoint });
  const { host } = new URL(endpoint);
  const { body } = await askIam({
    operation: iamOperations.listProjects,
    input: { name: region },
    endpoint,
    settings,
    signal,
    authorizer: createAuthorizer({ credentials, settings, region, clock }),
    schema: (schemas) => schemas.projectsAnswer,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw AuthenticationError.isInstance(error) ? error : lookupError(error, current, host);
  });
  const [project, ...others] = body.projects;
  if (project && others.length === 0) return project.id;
  const count = project ? `${others.length + 1} projects` : "no project";
  const text = `IAM (${host}) names ${count} for the region ${region}. Give projectId: the console shows it under My Credentials.`;
  throw new ConfigurationError("projectId", text);
}

/** Wrapped: to the request that needs the project, a lost connection to IAM is not one to the service. */
function lookupError(error: unknown, { kind, source }: Credentials, host: string): AuthenticationError {
  const reason = error instanceof Error ? error.message : "unknown failure";
  const text = `The project id could not be looked up at ${host}: ${reason} Give projectId, and it need not be.`;
  return new AuthenticationError({ credentialKind: kind, source, host }, text, { cause: error });
}
