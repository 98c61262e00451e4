import type { HttpResponse } from "./transport.ts";

/** What tells one version of an object from another; taken from the first answer, and kept in the journal. */
export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** Whether the date alone may stand for the object; see {@link validatorsOf}. */
  readonly isDateFirm?: boolean | undefined;
  /** Whole length in bytes, where it is known. */
  readonly totalBytes?: number | undefined;
  /** Of the whole; what is no page does not become one. */
  readonly contentType?: string | undefined;
}

/** A date has no more than seconds: an object may change twice in one, and clocks of servers differ a little (RFC 9110, 8.8.2.2). */
const firmAfterMs = 60_000;

/** Reads the validators of an answer. */
export function validatorsOf({ headers, status }: HttpResponse): Validators {
  const { etag, date } = headers;
  const lastModified = headers["last-modified"];
  const age = Date.parse(date ?? "") - Date.parse(lastModified ?? "");
  return {
    etag,
    lastModified,
    isDateFirm: age >= firmAfterMs,
    totalBytes: totalOf(headers, status),
    contentType: headers["content-type"],
  };
}

function totalOf(headers: Readonly<Record<string, string>>, status: number): number | undefined {
  const length = headers["content-length"];
  if (status === 206) return parseContentRange(headers["content-range"])?.totalBytes;
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/** What a Content-Range header says; `undefined` where it says nothing that can be trusted. */
export function parseContentRange(
  header: string | undefined,
): { readonly start?: number; readonly end?: number; readonly totalBytes?: number } | undefined {
  const [, start, end, total] =
    /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15}|\*)$/i.exec(header ?? "") ?? [];
  if (total === undefined) return undefined;
  const totalBytes = total === "*" ? {} : { totalBytes: Number(total) };
  return start === undefined ? totalBytes : { start: Number(start), end: Number(end), ...totalBytes };
}

/**
 * The headers that ask for the rest, or for what of it lies before `end`, on the condition that the object is still the
 * same; `undefined` where nothing could prove that. Never If-Range: OBS does not list it, and a server that does not know it would send the rest of
 * another object.
 */
export function conditionalRange(
  held: Validators,
  fromByte: number,
  end?: number,
): Record<string, string> | undefined {
  const range = `bytes=${fromByte}-${end === undefined ? "" : end - 1}`;
  if (isStrong(held.etag) && (held.isDateFirm || !isMadeOfDate(held)))
    return { range, "if-match": held.etag };
  if (held.lastModified && held.isDateFirm) return { range, "if-unmodified-since": held.lastModified };
  return undefined;
}

function isStrong(etag: string | undefined): etag is string {
  return etag !== undefined && /^"[^"]*"$/.test(etag);
}

/** nginx makes its ETag of date and length: a file that is replaced within the second by one as long keeps it. */
function isMadeOfDate({ etag, lastModified }: Validators): boolean {
  const seconds = Date.parse(lastModified ?? "") / 1000;
  return !Number.isNaN(seconds) && etag?.startsWith(`"${seconds.toString(16)}-`) === true;
}

/** Judges the answer to a request from the start; see {@link RestVerdict}. */
export function judgeStart(response: HttpResponse): "whole" | "complete" | "misplaced" {
  const range = parseContentRange(response.headers["content-range"]);
  if (response.status === 416) return range?.totalBytes === 0 ? "complete" : "misplaced"; // an empty object has no range
  return response.status === 206 && range?.start !== 0 ? "misplaced" : "whole";
}

/**
 * Whether the answer to a request for the rest is the rest of what we hold.
 *
 * - `append`: it is
 * - `whole`: the range was ignored, and this is the same object from its start
 * - `complete`: there is no rest
 * - `changed`: it belongs to another object
 * - `misplaced`: it is another part than the one asked for
 */
export type RestVerdict = "append" | "whole" | "complete" | "changed" | "misplaced";

/** Judges an answer by what it says, whatever condition was sent: servers, and caches before them, ignore conditions. */
export function judgeRest(held: Validators, fromByte: number, response: HttpResponse): RestVerdict {
  const { status, headers } = response;
  const range = parseContentRange(headers["content-range"]);
  if (status === 412) return "changed";
  if (status === 416)
    return isEnd(held, fromByte, range?.totalBytes) && isSame(held, response) ? "complete" : "changed";
  // Anybody on the way may answer 200; the server of the object would say that it is another by 412.
  if (status !== 206) return isProven(held, headers) ? "whole" : "changed";
  if (!isSame(held, response)) return "changed";
  if (
    held.totalBytes !== undefined &&
    range?.totalBytes !== undefined &&
    range.totalBytes !== held.totalBytes
  )
    return "changed";
  return range?.start === fromByte ? "append" : "misplaced";
}

/** The object ends where we are: there is no range behind its last byte. */
function isEnd(held: Validators, fromByte: number, total: number | undefined): boolean {
  return total === fromByte && (held.totalBytes ?? total) === total;
}

/** Every validator that we hold is there, and the same. */
function isProven({ etag, lastModified }: Validators, headers: HttpResponse["headers"]): boolean {
  const isSameDate = lastModified === undefined || headers["last-modified"] === lastModified;
  return isSameDate && (etag === undefined || headers.etag === etag);
}

function isSame(held: Validators, { headers }: HttpResponse): boolean {
  const lastModified = headers["last-modified"];
  const etagDiffers = held.etag !== undefined && headers.etag !== undefined && headers.etag !== held.etag;
  const dateDiffers =
    held.lastModified !== undefined && lastModified !== undefined && lastModified !== held.lastModified;
  return !etagDiffers && !dateDiffers;
}

const pageTypes = /^((text|application)\/(html|xml|json)|application\/xhtml\+xml)\b/i;

/**
 * Whether a page came, by its type, where the file was none before: a login, or an error with status 200, that somebody on
 * the way sent. Where a first answer is a page, it may be what the link is for.
 */
export function isPageInstead(before: string | undefined, { status, headers }: HttpResponse): boolean {
  const isPage = (type = ""): boolean => pageTypes.test(type);
  return status !== 206 && status < 300 && isPage(headers["content-type"]) && !isPage(before);
}
