import { ConfigurationError, checkInput } from "@cloudhaul/core-http";
import { createAuthorizer } from "./authorizer.ts";
import { credentialFailure } from "./credential-failure.ts";
import type { AccessKeyCredentials, CredentialContext, CredentialProvider } from "./credentials.ts";
import { checkEndpoint } from "./endpoint.ts";
import { resolveIamEndpoint } from "./iam.ts";
import { askIam } from "./iam-answer.ts";
import { renewedCredentials } from "./renewed-credentials.ts";
import { durationRule, temporaryKey, temporaryKeyOperations } from "./temporary-key.ts";

/** Options of {@link fromAgency}. */
export interface FromAgencyOptions {
  /** Who asks: an access key signs the request to IAM, a token is sent along with it. */
  readonly credentials: CredentialProvider;
  /** Name of the agency (wire name `assume_role.agency_name`). */
  readonly agencyName: string;
  /** Name of the account that made the agency (wire name `assume_role.domain_name`). This or `domainId` is needed. */
  readonly domainName?: string | undefined;
  /** Id of the account that made the agency (wire name `assume_role.domain_id`). */
  readonly domainId?: string | undefined;
  /** How long each key is asked for, in seconds: 900 to 86,400. Default 3,600. */
  readonly durationSeconds?: number | undefined;
  /** The project to work in. Default: the one that IAM names for the region. */
  readonly projectId?: string | undefined;
  /** Where IAM answers. Default: `HUAWEICLOUD_SDK_IAM_ENDPOINT`, else the region's, else the global one. */
  readonly iamEndpoint?: string | undefined;
}

/**
 * Temporary access keys of an agency: what another account, or this one, has delegated to the account that asks. A key
 * is renewed ahead of its end, once for all who wait; one that a service refuses is thrown away.
 *
 * @throws ConfigurationError when an option is missing or wrong
 * @see https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html
 */
export function fromAgency(options: FromAgencyOptions): CredentialProvider {
  checkInput(
    {
      credentials: { type: "function", required: true },
      agencyName: { required: true },
      domainName: {},
      domainId: {},
      durationSeconds: durationRule,
      projectId: {},
      iamEndpoint: {},
    },
    options,
  );
  if ((options.domainName === undefined) === (options.domainId === undefined)) {
    throw new ConfigurationError(
      "domainName",
      "Give domainName or domainId: the account that made the agency.",
    );
  }
  if (options.iamEndpoint !== undefined) checkEndpoint(options.iamEndpoint, "iamEndpoint");
  return renewedCredentials((context) => requestKey(options, context));
}

async function requestKey(
  options: FromAgencyOptions,
  context: CredentialContext,
): Promise<AccessKeyCredentials> {
  const { agencyName, domainName, domainId, durationSeconds = 3600, projectId, credentials } = options;
  const { region, clock, signal } = context;
  const endpoint = resolveIamEndpoint({ region, iamEndpoint: options.iamEndpoint });
  const source = `agency ${agencyName} of ${domainName ?? domainId}`;
  const account = domainName === undefined ? { domain_id: domainId } : { domain_name: domainName };
  const role = { agency_name: agencyName, ...account, duration_seconds: durationSeconds };
  try {
    const answer = await askIam({
      operation: temporaryKeyOperations.byAgency,
      input: { auth: { identity: { methods: ["assume_role"], assume_role: role } } },
      endpoint,
      settings: context,
      signal,
      authorizer: createAuthorizer({ credentials, settings: context, region, clock }),
      schema: (schemas) => schemas.temporaryKeyAnswer,
    });
    return temporaryKey(answer, { source, projectId, iamEndpoint: options.iamEndpoint });
  } catch (error) {
    signal?.throwIfAborted();
    throw credentialFailure(error, {
      wanted: "temporary key",
      credentialKind: "agency",
      source,
      host: new URL(endpoint).host,
      adviceOnRefusal:
        "Check agencyName and the account, that the agency is for the account that asks, and that its user may use agencies.",
    });
  }
}
