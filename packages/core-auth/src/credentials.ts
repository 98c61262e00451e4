import type { HttpSettings } from "@cloudhaul/core-http";
import type { ServiceClock } from "./service-clock.ts";
import type { AccessKey } from "./sign.ts";

/** What every kind of credential may tell besides its secret. */
export interface CredentialFacts {
  /** Where it came from, in words for people, for example `environment`. */
  readonly source: string;
  /** The project that it belongs to, where it says so. */
  readonly projectId?: string | undefined;
  /** The IAM that it belongs to, where one was named: no other may see it. */
  readonly iamEndpoint?: string | undefined;
  /** When it stops being good; `undefined` where it does not. */
  readonly expiresAt?: Date | undefined;
}

/** An access key, permanent or temporary, which signs requests. */
export interface AccessKeyCredentials extends AccessKey, CredentialFacts {
  readonly kind: "access-key";
}

/** An IAM token, which is sent along with requests. */
export interface TokenCredentials extends CredentialFacts {
  readonly kind: "token";
  readonly token: string;
}

/** What proves to a service who is asking. */
export type Credentials = AccessKeyCredentials | TokenCredentials;

/** What a provider is told: how the caller sends requests, and for what the credential is. */
export interface CredentialContext extends HttpSettings {
  readonly signal?: AbortSignal | undefined;
  /** Region id that the caller works in. */
  readonly region?: string | undefined;
  /** The caller's clock, for a provider that signs requests itself. */
  readonly clock?: ServiceClock | undefined;
  /** A credential that a service refused. A provider must not hand it out again. */
  readonly rejected?: Credentials | undefined;
}

/**
 * Where credentials come from. Called before every request, so a provider that has to ask someone keeps the answer
 * until it nears its end.
 *
 * @throws AuthenticationError when it has no credential, or only the one that was rejected
 */
export type CredentialProvider = (context: CredentialContext) => Promise<Credentials>;

/** Whether two credentials prove the same by the same secret, whatever they say of themselves. */
export function sameCredentials(a: Credentials | undefined, b: Credentials | undefined): boolean {
  return a !== undefined && b !== undefined && proofOf(a) === proofOf(b);
}

function proofOf(credentials: Credentials): string {
  return credentials.kind === "token"
    ? JSON.stringify([credentials.token])
    : JSON.stringify([
        credentials.accessKeyId,
        credentials.secretAccessKey,
        credentials.securityToken ?? null,
      ]);
}

/** `inspect.custom`, without loading node:util for it. */
const inspected = Symbol.for("nodejs.util.inspect.custom");

/** Keeps secrets out of logs: whoever prints the credential, or turns it into JSON, sees its kind and source alone. */
export function conceal<Kind extends Credentials>(credentials: Kind): Kind {
  const shown = (): unknown => ({ kind: credentials.kind, source: credentials.source, secret: "[redacted]" });
  return Object.defineProperties(
    { ...credentials },
    { [inspected]: { value: shown }, toJSON: { value: shown } },
  );
}
