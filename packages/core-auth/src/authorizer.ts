import {
  AuthenticationError,
  type Authorizer,
  type HttpRequest,
  type HttpSettings,
  type Refusal,
} from "@cloudhaul/core-http";
import { type CredentialProvider, type Credentials, sameCredentials } from "./credentials.ts";
import { createServiceClock, type ServiceClock } from "./service-clock.ts";
import { type DerivedScope, signRequest } from "./sign.ts";

/** What {@link createAuthorizer} needs. */
export interface AuthorizerOptions {
  readonly credentials: CredentialProvider;
  /** How the provider sends its own requests. */
  readonly settings: HttpSettings;
  /** Region id, told to the provider. */
  readonly region?: string | undefined;
  /** Finds out the project; its id is sent as `x-project-id` along with signatures. Default: the header is not sent. */
  readonly projectId?: ((signal: AbortSignal | undefined) => Promise<string | undefined>) | undefined;
  /** Signs with a derived key; see {@link signRequest}. */
  readonly derived?: DerivedScope | undefined;
  /** Shared by the authorizers of one client, so that what one learns helps all. Default: one of its own. */
  readonly clock?: ServiceClock | undefined;
}

/** A credential that was refused for good is not sent again for so long, in milliseconds: a new one may yet become known. */
const refusalMs = 30_000;

/** Left out of signatures: a proxy may change them on the way. */
const unsignedHeaders = new Set([
  "accept",
  "accept-encoding",
  "connection",
  "content-length",
  "range",
  "user-agent",
]);

/**
 * Signs requests with an access key, or sends a token along, whichever the provider gives.
 *
 * A signature refused for its date teaches the service's time, and is made anew once. Any other refused credential is
 * asked for anew once. The same one is not tried again: the gateway locks an access key for
 * five minutes after five failures in a row (https://support.huaweicloud.com/intl/en-us/ocr_faq/ocr_01_0063.html).
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { credentials, settings, region, clock = createServiceClock() } = options;
  const used = new WeakMap<HttpRequest, Credentials>();
  const signing = { clock, derived: options.derived };
  let rejected: Credentials | undefined;
  let dead:
    | { readonly credentials: Credentials; readonly error: AuthenticationError; readonly until: number }
    | undefined;

  /** The refusal, remembered: a thousand downloads must not send a wrong key a thousand times. */
  function final(refusal: Refusal, refusedOne: Credentials | undefined): AuthenticationError {
    const error = refusalError(refusal, refusedOne);
    if (refusedOne) dead = { credentials: refusedOne, error, until: Date.now() + refusalMs };
    return error;
  }

  return {
    async authorize(request, signal) {
      const current = await credentials({ ...settings, region, clock, signal, rejected });
      if (dead && Date.now() < dead.until && sameCredentials(current, dead.credentials)) throw dead.error;
      const projectId = current.kind === "access-key" ? await options.projectId?.(signal) : undefined;
      signal?.throwIfAborted();
      const authorized = { ...request, headers: headersFor(request, current, projectId, signing) };
      used.set(authorized, current);
      return authorized;
    },
    async refused(refusal, signal) {
      const refusedOne = used.get(refusal.request);
      if (!refusedOne || refusal.again) throw final(refusal, refusedOne);
      if (refusedOne.kind === "access-key" && clock.learn(refusal)) return;
      try {
        const fresh = await credentials({ ...settings, region, clock, signal, rejected: refusedOne });
        if (sameCredentials(fresh, refusedOne)) throw final(refusal, refusedOne);
        rejected = refusedOne; // from now on, or a chain of providers would begin with it again
      } catch (error) {
        signal?.throwIfAborted();
        // Of a provider that has but the one credential, there is nothing to tell that the service did not say better.
        if (AuthenticationError.isInstance(error) && error.host === undefined)
          throw final(refusal, refusedOne);
        throw error;
      }
    },
  };
}

function headersFor(
  request: HttpRequest,
  credentials: Credentials,
  projectId: string | undefined,
  { clock, derived }: { readonly clock: ServiceClock; readonly derived: DerivedScope | undefined },
): Record<string, string> {
  if (credentials.kind === "token") return { ...request.headers, "x-auth-token": credentials.token };
  const named = projectId === undefined ? request.headers : { ...request.headers, "x-project-id": projectId };
  const headers = Object.fromEntries(Object.entries(named).filter(([name]) => !unsignedHeaders.has(name)));
  const signed = signRequest({ ...request, headers }, credentials, { date: clock.now(), derived });
  return { ...named, ...signed };
}

const advice: Readonly<Record<Credentials["kind"], string>> = {
  "access-key":
    "Check that id and secret belong together, that the key is active, that this machine's clock is right within 15 minutes, and the project.",
  token: "Check that the token is whole, not expired, and made for this project and cloud.",
};

function refusalError(
  { request, error, headers }: Refusal,
  credentials: Credentials | undefined,
): AuthenticationError {
  const { host } = new URL(request.url);
  const { kind = "none", source = "unknown" } = credentials ?? {};
  const words = [
    `${host} refused the credential (${kind}, source: ${source}).`,
    credentials ? advice[credentials.kind] : "",
    clockWords(headers.date),
    `The service: ${error.message}`,
  ];
  return new AuthenticationError({ credentialKind: kind, source, host }, words.filter(Boolean).join(" "), {
    cause: error,
  });
}

/** Said only of a clock that is off so far that it matters. */
function clockWords(serviceDate: string | undefined): string {
  const minutes = Math.round((Date.now() - Date.parse(serviceDate ?? "")) / 60_000);
  if (!(Math.abs(minutes) >= 5)) return "";
  return `This machine's clock is ${Math.abs(minutes)} minutes ${minutes > 0 ? "ahead of" : "behind"} the service's: set it right.`;
}
