/** The state of a file that conditions are about. */
export interface Validators {
  readonly bytes: number;
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
}

/** What a request asks of a file: all of it, a part, or nothing because a condition fails. */
export type Selection =
  | { readonly status: 200 | 206; readonly start: number; readonly end: number }
  | { readonly status: 304 | 412 | 416 };

/**
 * Conditions first, then the range, as RFC 9110 orders them. A range of several parts or in another form is ignored, an end
 * beyond the file is moved to its end. `If-Range` is not heeded: OBS does not list it.
 *
 * @see https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0083.html
 */
export function select(headers: Headers, file: Validators): Selection {
  if (!conditionHolds(headers, file)) return { status: 412 };
  if (isUnchanged(headers, file)) return { status: 304 };
  const range = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range") ?? "");
  const [first, last] = [range?.[1] ?? "", range?.[2] ?? ""];
  if (first === "" && last === "") return { status: 200, start: 0, end: file.bytes };
  if (first !== "" && last !== "" && Number(first) > Number(last))
    return { status: 200, start: 0, end: file.bytes };
  const start = first === "" ? Math.max(file.bytes - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? file.bytes : Math.min(Number(last) + 1, file.bytes);
  return start < end ? { status: 206, start, end } : { status: 416 };
}

function conditionHolds(headers: Headers, file: Validators): boolean {
  const match = headers.get("if-match");
  if (match !== null) return names(match, file.etag, false);
  const since = headers.get("if-unmodified-since");
  return since === null || !file.lastModified || !(seconds(file.lastModified) > seconds(new Date(since)));
}

function isUnchanged(headers: Headers, file: Validators): boolean {
  const noneMatch = headers.get("if-none-match");
  if (noneMatch !== null) return names(noneMatch, file.etag, true);
  const since = headers.get("if-modified-since");
  return (
    since !== null &&
    file.lastModified !== undefined &&
    seconds(file.lastModified) <= seconds(new Date(since))
  );
}

/** A weak ETag is equal to none where bytes are at stake. */
function names(list: string, etag: string | undefined, weak: boolean): boolean {
  if (list.trim() === "*") return true;
  if (etag === undefined || (!weak && etag.startsWith("W/"))) return false;
  const opaque = (tag: string) => tag.trim().replace(weak ? /^W\// : /^$/, "");
  return list.split(",").some((tag) => opaque(tag) === opaque(etag));
}

/** HTTP dates have no fractions. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
