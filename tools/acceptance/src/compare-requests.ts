import type { Ids } from "./compared-call.ts";
import type { WireRequest } from "./wire-recorder.ts";

/** One way in which two requests for the same differ. */
export interface Difference {
  /** For example `header accept`. */
  readonly what: string;
  readonly ours: string;
  readonly official: string;
}

/** A request, and what it was made of. */
export interface RecordedCall {
  readonly request: WireRequest;
  /** What differs from run to run. */
  readonly ids: Ids;
}

/** Stands for a header that is not sent. */
export const absent = "not sent";

/** Request line, headers and body by what they are called in the document; what differs from run to run is masked. */
function partsOf({ request, ids }: RecordedCall): ReadonlyMap<string, string> {
  const { method, url, rawHeaders, body } = request;
  const [path = "", query = ""] = url.split(/\?(.*)/s);
  const pairs = query === "" ? [] : query.split("&");
  const parts = new Map([
    ["method", method],
    ["path", path],
    ["order of the query", pairs.map(nameOf).join(", ")],
    // Sorted, lest an order be told twice.
    ["query", pairs.toSorted().join("&")],
    ["body", body.toString()],
  ]);
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index);
    for (const [part, text] of headerParts(name.toLowerCase(), value)) parts.set(part, text);
  }
  return new Map([...parts].map(([part, text]) => [part, masked(text, ids)]));
}

const nameOf = (pair: string): string => pair.split("=")[0] ?? "";

/** A signature is told by its algorithm and by what it covers. */
function headerParts(name: string, value: string): readonly (readonly [string, string])[] {
  if (name === "x-sdk-date") return [[`header ${name}`, value.replaceAll(/\d/g, "0")]];
  if (name === "host") return [[`header ${name}`, value.replace(/:\d+$/, ":PORT")]];
  if (name === "user-agent") return [[`header ${name}`, value.replace(/\/[\d.]+$/, "/VERSION")]];
  if (name !== "authorization") return [[`header ${name}`, value]];
  const [, names = ""] = /SignedHeaders=([^,]*)/.exec(value) ?? [];
  const form = value
    .replace(names, "NAMES")
    .replace(/Signature=[0-9a-f]{64}$/, "Signature=HEX")
    .replace(/\/\d{8}\//, "/DAY/");
  return [
    ["header authorization", form],
    ["signed headers", names.replaceAll(";", ", ")],
  ];
}

function masked(text: string, ids: Ids): string {
  return Object.entries(ids).reduce((result, [name, id]) => result.replaceAll(id, `{${name}}`), text);
}

/** Compares two requests for the same, each by the ids of its own run. */
export function compareRequests(ours: RecordedCall, official: RecordedCall): readonly Difference[] {
  const [left, right] = [partsOf(ours), partsOf(official)];
  const parts = [...new Set([...left.keys(), ...right.keys()])];
  return parts.flatMap((what) => {
    const [mine = absent, theirs = absent] = [left.get(what), right.get(what)];
    return mine === theirs ? [] : [{ what, ours: mine, official: theirs }];
  });
}
