import { Buffer } from "node:buffer";

/** File systems count bytes, not characters; the room left is for our own suffixes. */
const maxBytes = 255;

/** Names that Windows gives to devices, with any extension. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * Makes a name from a server safe to create in a folder: its last segment, without characters that any file system
 * refuses, not a device of Windows, not hidden, at most 255 bytes.
 *
 * @returns the safe name, or `undefined` where nothing is left of it
 */
export function safeFileName(name: string): string | undefined {
  const last = name.normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const clean = last
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/[<>:"|?*]/g, "_")
    .replace(/\p{Surrogate}/gu, "_")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  if (clean === "") return undefined;
  return shortenName(reserved.test(clean) ? `_${clean}` : clean, maxBytes);
}

/** Shortens the stem, keeps the extension, cuts no character in two. */
function shortenName(name: string, limit: number): string {
  if (Buffer.byteLength(name) <= limit) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 32 ? name.slice(dot) : "";
  const room = limit - Buffer.byteLength(extension);
  let stem = "";
  for (const character of name.slice(0, name.length - extension.length)) {
    if (Buffer.byteLength(stem + character) > room) break;
    stem += character;
  }
  return stem.replace(/[.\s]+$/, "") + extension;
}

/** The same name with a number before its extension: `report.zip`, `report (2).zip`. */
export function numberedFileName(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  const suffix = ` (${number})${extension}`;
  return shortenName(stem, maxBytes - Buffer.byteLength(suffix)) + suffix;
}

/**
 * The name in a Content-Disposition header (RFC 6266): `filename*` (RFC 8187) where it can be read, else `filename`.
 * What is returned is the server's word and not yet safe: see {@link safeFileName}.
 */
export function fileNameFromDisposition(header: string | undefined): string | undefined {
  if (!header) return undefined;
  const parameters = new Map<string, string>();
  for (const [, name, quoted, token] of header.matchAll(
    /;\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]*))/g,
  )) {
    const value = quoted === undefined ? (token ?? "") : quoted.replace(/\\(.)/g, "$1");
    if (name && !parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
  }
  return decodeExtended(parameters.get("filename*")) ?? repairEncoding(parameters.get("filename"));
}

function decodeExtended(value: string | undefined): string | undefined {
  const [, charset, encoded] = /^([\w-]+)'[\w-]*'(.*)$/.exec(value ?? "") ?? [];
  if (!charset || !encoded || !/^(?:[\w!#$&+.^`|~-]|%[0-9a-f]{2})*$/i.test(encoded)) return undefined;
  const bytes = Buffer.from(
    encoded.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
  if (/^iso-8859-1$/i.test(charset)) return bytes.toString("latin1");
  return /^utf-8$/i.test(charset) ? decodeUtf8(bytes) : undefined;
}

/** Many servers put UTF-8 bytes or percent signs into the plain parameter; a header value arrives as latin1. */
function repairEncoding(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const text = decodeUtf8(Buffer.from(value, "latin1")) ?? value;
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that stands for itself
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined; // not UTF-8: the caller has another reading
  }
}
