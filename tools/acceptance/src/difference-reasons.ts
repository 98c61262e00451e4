import { isDeepStrictEqual } from "node:util";
import { absent, type Difference } from "./compare-requests.ts";

/** Why requests may differ so. */
export interface DifferenceReason {
  readonly what: string;
  /** Whether this is the reason of a difference in that. */
  explains(difference: Difference): boolean;
  readonly reason: string;
}

const listOf = (text: string): readonly string[] => text.split(", ").toSorted();
const isWithout = (one: string, other: string, name: string): boolean =>
  isDeepStrictEqual(
    listOf(one),
    listOf(other).filter((item) => item !== name),
  );

/** Every difference there may be; one that no row explains is a fault. */
export const differenceReasons: readonly DifferenceReason[] = [
  {
    what: "header user-agent",
    explains: ({ ours, official }) =>
      /^cloudhaul\//.test(ours) && /^huaweicloud-usdk-nodejs\//.test(official),
    reason:
      "Each says what it is. Cloudhaul sends no id of the machine along, as the vendor's client builder does.",
  },
  {
    what: "header accept-encoding",
    explains: ({ ours }) => ours === absent,
    reason:
      "Of short answers nothing is gained by packing, and an answer that is not unpacked cannot swell in memory.",
  },
  {
    what: "header accept-encoding",
    explains: ({ ours }) => ours === "identity",
    reason:
      "A file is asked for as it is: packed on the way, its length and its ranges would be those of other bytes.",
  },
  {
    what: "header accept",
    explains: ({ ours, official }) => ours === "*/*" && official === "application/json",
    reason: "These answer with a file, which is no JSON.",
  },
  {
    what: "header content-type",
    explains: ({ ours, official }) => ours === absent && official === "application/json",
    reason: "These requests have no body that could be of a type. Where there is one, both send the same.",
  },
  {
    what: "signed headers",
    explains: ({ ours, official }) => isWithout(ours, official, "content-type"),
    reason:
      "What is not sent is not signed. The names that are signed stand in the signature, and the gateway goes by them: https://support.huaweicloud.com/eu/devg-apisign/api-sign-algorithm-001.html",
  },
  {
    what: "header authorization",
    explains: ({ ours, official }) =>
      /^V11-HMAC-SHA256 .*\/iotdm, /.test(ours) && official.startsWith("SDK-HMAC-SHA256 "),
    reason:
      "The requests go to a host that regions do not share, as instances of IoTDA have their own: Cloudhaul derives the key for it. The vendor's core does so only where its user sets a predicate; to shared hosts both sign the plain way.",
  },
  {
    what: "query",
    explains: ({ ours, official }) =>
      ours !== official && isDeepStrictEqual(decodedPairs(ours), decodedPairs(official)),
    reason:
      "The same values. Cloudhaul sends each character as signatures have it (RFC 3986), so that what is signed stands on the wire; the vendor's core leaves `!'()*` as they are, and signs them encoded.",
  },
  {
    what: "order of the query",
    explains: ({ ours, official }) => isDeepStrictEqual(listOf(ours), listOf(official)),
    reason: "The same parameters. Signatures sort them, and no document gives their order a meaning.",
  },
  {
    what: "body",
    explains: ({ ours, official }) =>
      ours !== "" && official !== "" && isDeepStrictEqual(JSON.parse(ours), JSON.parse(official)),
    reason: "The same JSON: the members of an object have no order.",
  },
];

function decodedPairs(query: string): readonly string[] {
  return query.split("&").map(decodeURIComponent).toSorted();
}

/** The row that explains a difference, if there is one. */
export function reasonOf(difference: Difference): DifferenceReason | undefined {
  return differenceReasons.find((row) => row.what === difference.what && row.explains(difference));
}
