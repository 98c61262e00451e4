import type { Fault } from "./fault-case.ts";
import {
  absent,
  brokenBody,
  everywhere,
  lost,
  repeatable,
  resumable,
  right,
  unknown,
} from "./fault-outcomes.ts";
import type { Step } from "./fault-server.ts";
import type { RetryAfterForm } from "./retry-after-forms.ts";

const middle = 400 * 1024;
const cutInTheMiddle: Step = { cut: { after: middle, by: "half-close" } };
const service = (kind: string): string => `ServiceError SERVICE_${kind}`;
const kept = { keptBytes: middle };

const denied = (message: string): Step => ({
  answer: { status: 403, body: `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>` },
});
const expired = denied("Request has expired");
const forbidden = denied("No right to this object");

/** Refusals that pass, and how long they ask to wait. */
const busy: Fault[] = [
  ...[429, 503].flatMap((status) =>
    [undefined, "seconds", "imf-fixdate", "rfc850", "asctime"].map((retryAfter) => ({
      name: `${status}, Retry-After: ${retryAfter ?? "absent"}`,
      steps: [{ answer: { status, retryAfter: retryAfter as RetryAfterForm | undefined } }, {}],
      outcome: {
        file: {
          ...repeatable(right(2)),
          "once-only": status === 429 ? right(2) : unknown(service("SERVER")),
        },
      },
    })),
  ),
  ...[500, 502, 504].map((status) => ({
    name: `${status} once`,
    steps: [{ answer: { status, body: "<html>Bad Gateway</html>" } }, {}],
    outcome: { file: { ...repeatable(right(2)), "once-only": unknown(service("SERVER")) } },
  })),
  {
    name: "429 always",
    steps: [{ answer: { status: 429 } }],
    outcome: { file: everywhere(absent(service("THROTTLED"), 5)) },
  },
  {
    name: "503 always",
    steps: [{ answer: { status: 503 } }],
    outcome: {
      file: { ...repeatable(absent(service("SERVER"), 5)), "once-only": unknown(service("SERVER")) },
    },
  },
  {
    name: "503 once to the rest",
    steps: [cutInTheMiddle, { answer: { status: 503, retryAfter: "seconds" } }, {}],
    outcome: brokenBody(repeatable(right(3)), kept),
  },
  {
    name: "503 always to the rest",
    steps: [cutInTheMiddle, { answer: { status: 503 } }],
    outcome: brokenBody(
      { ...resumable(absent(service("SERVER"), 5, "resumable")), bare: absent(service("SERVER"), 5) },
      kept,
    ),
  },
];

const afterCut = (kind: string, requests = 2) => ({
  ...resumable(absent(service(kind), requests, "resumable")),
  bare: absent(service(kind), requests),
});

/** A refusal of a part is not yet one of the file: the first connection asks once more, alone. */
const oneAsksAgain = resumable(right(4));

/** Refusals of the proof. */
const proofs: Fault[] = [
  {
    name: "403, expired",
    steps: [expired, {}],
    outcome: { file: { ...everywhere(absent(service("FORBIDDEN"), 1)), link: right(2) } },
  },
  {
    name: "403, expired, to the rest",
    steps: [cutInTheMiddle, expired, {}],
    outcome: { ...brokenBody({ ...afterCut("FORBIDDEN"), link: right(3) }, kept), shared: oneAsksAgain },
  },
  {
    name: "403, expired, twice",
    steps: [expired],
    outcome: { file: { link: absent(service("EXPIRED"), 2) } },
  },
  {
    name: "403, expired, twice to the rest",
    steps: [cutInTheMiddle, expired],
    outcome: { file: { link: absent(service("EXPIRED"), 3, "resumable") } },
  },
  {
    name: "403, expired, then forbidden",
    steps: [expired, forbidden],
    outcome: { file: { link: absent(service("FORBIDDEN"), 2) } },
  },
  {
    name: "403, and not for its age",
    steps: [forbidden, {}],
    outcome: { file: everywhere(absent(service("FORBIDDEN"), 1)) },
  },
  {
    name: "403, and not for its age, to the rest",
    steps: [cutInTheMiddle, forbidden, {}],
    outcome: { ...brokenBody(afterCut("FORBIDDEN"), kept), shared: oneAsksAgain },
  },
  {
    name: "401",
    steps: [{ answer: { status: 401 } }, {}],
    outcome: { file: { ...everywhere(right(2)), link: absent(service("FORBIDDEN"), 1) } },
  },
  {
    name: "401 to the rest",
    steps: [cutInTheMiddle, { answer: { status: 401 } }, {}],
    outcome: {
      ...brokenBody({ ...repeatable(right(3)), link: absent(service("FORBIDDEN"), 2, "resumable") }, kept),
      shared: oneAsksAgain,
    },
  },
  {
    name: "401 to the fresh token too",
    steps: [{ answer: { status: 401 } }],
    outcome: {
      file: {
        ...everywhere(absent("AuthenticationError AUTHENTICATION", 2)),
        link: absent(service("FORBIDDEN"), 1),
      },
    },
  },
];

/** Ways that lead elsewhere, or nowhere. */
const ways: Fault[] = [
  ...(["here", "elsewhere"] as const).map((redirect) => ({
    name: `a redirect ${redirect}`,
    steps: [{ answer: { status: 302, redirect } }, {}],
    outcome: {
      file: { ...everywhere(absent(service("UNKNOWN"), 1)), link: right(redirect === "here" ? 2 : 1) },
    },
  })),
  {
    name: "redirects without end",
    steps: [{ answer: { status: 307, redirect: "here" } }],
    outcome: { file: { link: absent("ConfigurationError CONFIGURATION", 6) } },
  },
  {
    name: "a reset in the first TLS handshake",
    isSecure: true,
    brokenHandshakes: 1,
    steps: [{}],
    outcome: { file: everywhere(right(1)) },
    connections: 2,
  },
  {
    name: "a reset in every TLS handshake",
    isSecure: true,
    brokenHandshakes: Number.POSITIVE_INFINITY,
    steps: [{}],
    outcome: { file: everywhere(absent(lost, 0)) },
    connections: 5,
  },
  {
    name: "a certificate that nobody trusts",
    isSecure: true,
    isTrusted: false,
    steps: [{}],
    outcome: { file: everywhere(absent("TransportError TLS", 0)) },
    connections: 1,
  },
  {
    name: "a refused connection",
    place: "closed-port",
    steps: [{}],
    outcome: { file: everywhere(absent("TransportError CONNECTION_REFUSED", 0)) },
  },
  {
    name: "a host that does not exist",
    place: "no-such-host",
    steps: [{}],
    outcome: { file: { validated: absent("TransportError DNS", 0) } }, // of one kind, since name servers are slow
  },
];

/** Refusals, and faults of the way to the server. */
export const refusalFaults: readonly Fault[] = [...busy, ...proofs, ...ways];
