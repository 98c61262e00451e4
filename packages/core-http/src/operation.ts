import { checkInput, type ParameterRule } from "./check-input.ts";
import { ConfigurationError } from "./errors.ts";

/**
 * What may be repeated when nobody can tell whether the service acted on a request.
 *
 * - `safe`: anything, and a download resumes where it was cut
 * - `before-body`: until the first byte of a good answer
 * - `never`: nothing. Only a definite refusal (connection never made, throttled, not authenticated) is tried again
 */
export type RepeatClass = "safe" | "before-body" | "never";

/** What the file is, where a document proves it. */
export type ContentKind = "zip" | "lz4" | "unknown";

/** One parameter of an operation: where it goes on the wire, and what it must be. */
export interface OperationParameter extends ParameterRule {
  readonly in: "path" | "query" | "header" | "body";
  /** The name on the wire. In a body, dots lead into objects, and an empty name is the whole of it. */
  readonly name: string;
  /** Sent when the caller gives none. */
  readonly default?: unknown;
  /** `json`: the value is sent as a text of JSON. */
  readonly as?: "json" | undefined;
}

/** One row of a service's operation table. */
export interface Operation {
  /** The vendor's name of it. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Wire names in braces; `project_id` is filled by the client. */
  readonly path: string;
  /** By the name that our users see. */
  readonly parameters: Readonly<Record<string, OperationParameter>>;
  readonly repeat: RepeatClass;
  /** Of a download: what the file is. Default `unknown`. */
  readonly content?: ContentKind;
  /** Of a download: its name where the server gives none, input names in braces. Default: the operation's name. */
  readonly fileName?: string;
  /** Of a download that may happen only once: a harmless operation, without input, that proves credentials and clock before it. */
  readonly provedBy?: Operation;
  /** The document that says so. */
  readonly source: string;
}

/** An operation with its values filled in, less host and authorization. */
export interface FilledOperation {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | undefined;
}

const encoder = new TextEncoder();

/**
 * Checks `input` against the operation's table and fills it in.
 *
 * Path values are percent-encoded whole, so that an id of `a/../b?evil=1` stays one segment. `.` and `..` cannot be
 * encoded (every URL parser resolves them) and are refused.
 *
 * @throws ConfigurationError naming the parameter that is missing, unknown or wrong
 */
export function fillOperation(
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  pathValues: Readonly<Record<string, string>> = {},
): FilledOperation {
  checkInput(operation.parameters, input);
  const path = new Map(Object.entries(pathValues));
  const query: string[] = [];
  const headers: Record<string, string> = {};
  let body = emptyBody(operation);
  for (const [key, parameter] of Object.entries(operation.parameters)) {
    const given = input[key] ?? parameter.default;
    if (given === undefined) continue;
    const value = parameter.as === "json" ? JSON.stringify(given) : given;
    const texts = Array.isArray(value) ? value.map(String) : [String(value)];
    if (parameter.in === "path") path.set(parameter.name, texts.join(","));
    else if (parameter.in === "query")
      query.push(...texts.map((text) => `${encode(parameter.name)}=${encode(text)}`));
    else if (parameter.in === "header") headers[parameter.name.toLowerCase()] = texts.join(",");
    else body = withValue(body, parameter.name, value);
  }
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeSegment(name, path.get(name)),
  );
  const hasBody = body !== undefined;
  if (hasBody) headers["content-type"] = "application/json";
  return {
    path: query.length > 0 ? `${filled}?${query.join("&")}` : filled,
    headers,
    body: hasBody ? encoder.encode(JSON.stringify(body)) : undefined,
  };
}

/** Of an operation whose body is an object with nothing in it that must be given: services cannot read none at all. */
function emptyBody({ method, parameters }: Operation): unknown {
  const takesObject = Object.values(parameters).some(
    (parameter) => parameter.in === "body" && parameter.name,
  );
  return takesObject && (method === "POST" || method === "PUT") ? {} : undefined;
}

/** The body with one value more, in the objects that its dotted name leads into. */
function withValue(body: unknown, name: string, value: unknown): unknown {
  if (name === "") return value;
  const [first = "", ...rest] = name.split(".");
  const object = { ...(body as Readonly<Record<string, unknown>> | undefined) };
  return { ...object, [first]: withValue(object[first], rest.join("."), value) };
}

function encodeSegment(name: string, value: string | undefined): string {
  if (value === undefined || value === "" || value === "." || value === "..") {
    throw new ConfigurationError(name, `${name} must be an id, but is ${JSON.stringify(value)}.`);
  }
  return encode(value);
}

/** RFC 3986: `encodeURIComponent` leaves five reserved characters as they are, which signers encode. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
