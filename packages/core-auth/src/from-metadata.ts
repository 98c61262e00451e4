import {
  AuthenticationError,
  ConfigurationError,
  checkInput,
  exchange,
  type HttpRequest,
  parseAnswer,
  readAnswer,
  ServiceError,
  TimeoutError,
  withDeadline,
} from "@cloudhaul/core-http";
import { credentialFailure } from "./credential-failure.ts";
import type { AccessKeyCredentials, CredentialContext, CredentialProvider } from "./credentials.ts";
import type { IamAnswer } from "./iam-answer.ts";
import { renewedCredentials } from "./renewed-credentials.ts";
import { temporaryKey, type WrittenKey } from "./temporary-key.ts";

/** Options of {@link fromMetadata}. */
export interface FromMetadataOptions {
  /** Where the metadata service answers: scheme and host. For tests alone. Default `http://169.254.169.254`. */
  readonly endpoint?: string | undefined;
}

/** The link-local address that every cloud server has its metadata service at. */
const metadataEndpoint = "http://169.254.169.254";

/** For each request: where there is no such service, often nothing answers at all. */
const timeoutMs = 3000;

const tokenLifeSeconds = 21_600;

/** A token is asked for anew so long before its end, in milliseconds. */
const tokenMarginMs = 60_000;

/** So long a service that knows no tokens is not asked for one again, in milliseconds. */
const tokenlessMs = 24 * 3600 * 1000;

const tokenlessStatuses = [404, 405, 503];
const maxAnswerBytes = 64 * 1024;

/**
 * The temporary access key of the agency that this cloud server (ECS) has: for a session token of the metadata service,
 * which older ones do not know. A key is renewed ahead of its end, once for all who wait.
 *
 * Each request may take 3 s. Behind a proxy, list 169.254.169.254 in `NO_PROXY`: the requests go by the client's transport.
 *
 * @throws ConfigurationError when an option is wrong
 * @see https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_2167.html
 */
export function fromMetadata(options: FromMetadataOptions = {}): CredentialProvider {
  checkInput({ endpoint: {} }, options);
  const { endpoint = metadataEndpoint } = options;
  if (!URL.canParse(endpoint) || new URL(endpoint).origin !== endpoint) {
    throw new ConfigurationError(
      "endpoint",
      "endpoint must be scheme and host, such as http://127.0.0.1:8080.",
    );
  }
  const session = createSession(endpoint);
  let isFound = false;
  return renewedCredentials(async (context) => {
    try {
      const answer = await askForKey(session, endpoint, context);
      isFound = true;
      return answer;
    } catch (error) {
      context.signal?.throwIfAborted();
      throw failure(error, new URL(endpoint).host, isFound || session.isProven());
    }
  });
}

const source = "ECS metadata";

async function askForKey(
  session: Session,
  endpoint: string,
  context: CredentialContext,
): Promise<AccessKeyCredentials> {
  const request = { method: "GET", url: `${endpoint}/openstack/latest/securitykey` };
  const ask = (token: string | undefined) =>
    send({ ...request, headers: token === undefined ? {} : { "x-metadata-token": token } }, context);
  const { bytes, headers } = await ask(await session.token(context)).catch(async (error: unknown) => {
    if (!isRefused(error) || lacksAgency(error)) throw error;
    return ask(await session.freshToken(context)); // the token has ended, or the service wants one after all
  });
  const { temporaryKeyAnswer } = await import("./schemas.ts");
  const body: IamAnswer<{ credential: WrittenKey }>["body"] = parseAnswer(
    bytes,
    temporaryKeyAnswer,
    "securitykey",
  );
  return temporaryKey({ body, headers }, { source });
}

interface Session {
  /** `undefined` for a service that knows no tokens. */
  token(context: CredentialContext): Promise<string | undefined>;
  freshToken(context: CredentialContext): Promise<string | undefined>;
  /** Whether it gave a token once: there is such a service then. */
  isProven(): boolean;
}

function createSession(endpoint: string): Session {
  let known: { readonly token: string | undefined; readonly until: number } | undefined;
  let isProven = false;
  const request = {
    method: "PUT",
    url: `${endpoint}/meta-data/latest/api/token`,
    headers: { "x-metadata-token-ttl-seconds": String(tokenLifeSeconds) },
  };
  async function freshToken(context: CredentialContext): Promise<string | undefined> {
    try {
      const { bytes } = await send(request, context);
      isProven = true;
      known = {
        token: bytes.toString("utf8").trim(),
        until: Date.now() + tokenLifeSeconds * 1000 - tokenMarginMs,
      };
    } catch (error) {
      if (!ServiceError.isInstance(error) || !tokenlessStatuses.includes(error.status)) throw error;
      known = { token: undefined, until: Date.now() + tokenlessMs };
    }
    return known.token;
  }
  return {
    freshToken,
    isProven: () => isProven,
    token: async (context) => (known && Date.now() < known.until ? known.token : freshToken(context)),
  };
}

async function send(
  request: HttpRequest,
  context: CredentialContext,
): Promise<{ readonly bytes: Buffer; readonly headers: Readonly<Record<string, string>> }> {
  return withDeadline({ signal: context.signal, timeoutMs }, async (signal) => {
    const secrets = Object.values(request.headers);
    const asked = { operation: "the metadata service", request, repeat: "never", secrets } as const;
    const response = await exchange(asked, context, signal);
    const bytes = await readAnswer(response, { maxBytes: maxAnswerBytes, timeoutMs, signal });
    return { bytes, headers: response.headers };
  });
}

function isRefused(error: unknown): error is ServiceError {
  return ServiceError.isInstance(error) && error.status === 401;
}

function lacksAgency(error: ServiceError): boolean {
  return error.serviceMessage?.includes("Please configure Cloud Service Agency first") ?? false;
}

/** Before anything came of it, a failure means that this is no cloud server, or one without an agency. */
function failure(error: unknown, host: string, isProven: boolean): Error {
  const withoutAgency = ServiceError.isInstance(error) && (error.status === 404 || lacksAgency(error));
  if (isProven && !withoutAgency) {
    return credentialFailure(error, {
      wanted: "temporary key",
      credentialKind: "metadata",
      source,
      host,
      adviceOnRefusal: "Check the agency of this cloud server.",
    });
  }
  const facts = { credentialKind: "none", source, host };
  if (withoutAgency && isProven) {
    const text = `The metadata service at ${host} has no key: this cloud server has no agency.`;
    return new AuthenticationError(facts, text, { cause: error });
  }
  const reason = reasonOf(error);
  return new AuthenticationError(facts, `No metadata service at ${host}: ${reason}`, { cause: error });
}

function reasonOf(error: unknown): string {
  if (TimeoutError.isInstance(error)) return `no answer within ${timeoutMs / 1000} s.`;
  return error instanceof Error ? error.message : "unknown failure.";
}
