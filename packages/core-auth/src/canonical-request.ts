import { crypto } from "./builtins.ts";

/** The two algorithms; V11 is the one with a derived key, bound to a day, a region and a service. */
export const plainAlgorithm = "SDK-HMAC-SHA256";
export const derivedAlgorithm = "V11-HMAC-SHA256";

/** Stands for the digest of a body that was not hashed. */
export const unsignedPayload = "UNSIGNED-PAYLOAD";

export const contentHashHeader = "x-sdk-content-sha256";
export const dateHeader = "x-sdk-date";
export const securityTokenHeader = "x-security-token";

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** The parts of a request that are signed. */
export interface CanonicalParts {
  readonly method: string;
  /** As it is on the wire: absolute, or the path with its query. */
  readonly url: string;
  /** Names in lower case, in the order in which they are signed. */
  readonly signedHeaders: readonly string[];
  /** Stands for the header `host` where that is not among the headers. */
  readonly host: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** What stands for the body. */
  readonly payloadHash: string;
}

/**
 * The text that client and gateway both build from one request, so that both can sign it.
 *
 * @see https://support.huaweicloud.com/eu/devg-apisign/api-sign-algorithm-001.html
 */
export function canonicalRequest(parts: CanonicalParts): string {
  const { path, query } = splitWireUrl(parts.url);
  let headerLines = "";
  for (const name of parts.signedHeaders) {
    const value = parts.headers[name] ?? (name === "host" ? parts.host : "");
    headerLines += `${name}:${value.trim()}\n`;
  }
  return `${parts.method.toUpperCase()}\n${canonicalPath(path)}\n${canonicalQuery(query)}\n${headerLines}\n${parts.signedHeaders.join(";")}\n${parts.payloadHash}`;
}

/** The hex SHA-256 of a body; of none, that of the empty text. */
export function hashOf(body: Uint8Array | string | undefined): string {
  return body === undefined || body.length === 0 ? emptyHash : crypto().hash("sha256", body, "hex");
}

/** Headers by lower-case name. Of two that differ only in case, both values count, as they do on the wire. */
export function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) {
    const key = name.toLowerCase();
    const value = headers[name] ?? "";
    lower[key] = Object.hasOwn(lower, key) ? `${lower[key]}, ${value}` : value;
  }
  return lower;
}

/** Path and query as they are on the wire: an URL parser would resolve `..` and re-encode, and the signature would not fit. */
function splitWireUrl(url: string): { path: string; query: string } {
  const start = pathStart(url);
  const fragment = url.indexOf("#", start);
  const end = fragment < 0 ? url.length : fragment;
  const mark = url.indexOf("?", start);
  if (mark < 0 || mark > end) return { path: url.slice(start, end), query: "" };
  return { path: url.slice(start, mark), query: url.slice(mark + 1, end) };
}

/** Where the path begins, or what follows a host without one; 0 where the URL is a mere path. */
export function pathStart(url: string): number {
  if (url.startsWith("/")) return 0;
  const afterScheme = url.indexOf("://");
  const from = afterScheme < 0 ? 0 : afterScheme + 3;
  const length = url.slice(from).search(/[/?#]/);
  return length < 0 ? url.length : from + length;
}

/** Each segment decoded and encoded again, so that every spelling of it gives the same text; always ends in a slash. */
function canonicalPath(path: string): string {
  const encoded = /^[A-Za-z0-9\-_.~/]*$/.test(path) ? path : path.split("/").map(recode).join("/");
  return encoded.endsWith("/") ? encoded : `${encoded}/`;
}

/** Sorted by name and then by value, both decoded; `=` stands even where there is no value. */
function canonicalQuery(query: string): string {
  if (query === "" || isCanonicalQuery(query)) return query;
  const pairs: { readonly name: string; readonly value: string }[] = [];
  for (const piece of query.split("&")) {
    if (piece === "") continue;
    const equals = piece.indexOf("=");
    const name = equals < 0 ? piece : piece.slice(0, equals);
    pairs.push({ name: decode(name), value: equals < 0 ? "" : decode(piece.slice(equals + 1)) });
  }
  pairs.sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value));
  let text = "";
  for (const { name, value } of pairs) text += `&${encode(name)}=${encode(value)}`;
  return text.slice(1);
}

const plainPairs = /^[\w\-.~]+=[\w\-.~]*(?:&[\w\-.~]+=[\w\-.~]*)*$/;

/** Whether there is nothing to encode and nothing to sort, as in most queries: it saves a tenth of the work of a signature. */
function isCanonicalQuery(query: string): boolean {
  if (!plainPairs.test(query)) return false;
  const names = query.split("&").map((piece) => piece.slice(0, piece.indexOf("=")));
  return names.every((name, index) => index === 0 || (names[index - 1] ?? "") < name);
}

/** By code unit: a locale's order would differ from one machine to the next. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function recode(text: string): string {
  return encode(decode(text));
}

function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign, or bytes that are not UTF-8: both sides then take the text as it stands
  }
}

/** RFC 3986 with all reserved characters encoded, five more than `encodeURIComponent` does. */
function encode(text: string): string {
  if (isUnreserved(text)) return text;
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function isUnreserved(text: string): boolean {
  return /^[A-Za-z0-9\-_.~]*$/.test(text);
}
