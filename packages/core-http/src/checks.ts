import { createHash, type Hash } from "node:crypto";
import { IntegrityError } from "./download-errors.ts";
import type { ContentKind } from "./operation.ts";
import type { HttpResponse } from "./transport.ts";
import { createZipEnd, isZipStart, type ZipEnd } from "./zip-end.ts";

/** What the bytes of one file must pass before it gets its name. */
export interface Checks {
  /** Told of each answer that brings the file from its start. */
  begin(response: HttpResponse): void;
  /** Takes the next bytes, in order. Keeps none of their memory. */
  update(chunks: readonly Uint8Array[]): void;
  /** Whether a sha256 is computed. */
  readonly isHashing: boolean;
  /** The sha256 that the caller expects, if any, in lower-case hex. */
  readonly wantedSha256: string | undefined;
  /** The MD5 that the answer announced, in lower-case hex. */
  announcedMd5(): string | undefined;
  /**
   * All bytes have come.
   *
   * @returns the sha256 in lower-case hex, unless it is switched off
   * @throws IntegrityError when they are not the file
   */
  finish(): string | undefined;
}

/** For a part of a file: the whole is checked. */
export const noChecks: Checks = {
  begin: () => {},
  update: () => {},
  isHashing: false,
  wantedSha256: undefined,
  announcedMd5: () => undefined,
  finish: () => undefined,
};

/** Enough of the beginning to tell a page from a file. */
const headBytes = 512;

/** Checks for a file of this kind; `content` is `undefined` where the file may be anything, a page too. */
export function createChecks(
  wantedSha256: "compute" | "off" | string,
  content: ContentKind | undefined,
): Checks {
  let sha256: Hash | undefined;
  let md5: { readonly hash: Hash; readonly wanted: string } | undefined;
  let zip: ZipEnd | undefined;
  let head = Buffer.alloc(0);
  let contentType = "";

  return {
    isHashing: wantedSha256 !== "off",
    wantedSha256:
      wantedSha256 === "compute" || wantedSha256 === "off" ? undefined : wantedSha256.toLowerCase(),
    announcedMd5: () => md5?.wanted,
    begin(response) {
      const { headers } = response;
      sha256 = wantedSha256 === "off" ? undefined : createHash("sha256");
      const wantedMd5 = md5Of(response);
      md5 = wantedMd5 === undefined ? undefined : { hash: createHash("md5"), wanted: wantedMd5 };
      zip = createZipEnd();
      head = Buffer.alloc(0);
      contentType = headers["content-type"] ?? "";
    },
    update(chunks) {
      for (const chunk of chunks) {
        sha256?.update(chunk);
        md5?.hash.update(chunk);
        if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
      }
      zip?.update(chunks);
    },
    finish() {
      const digest = sha256?.digest("hex");
      if (wantedSha256 !== "compute" && digest !== undefined)
        compare("sha256", wantedSha256.toLowerCase(), digest);
      if (md5) compare("md5", md5.wanted, md5.hash.digest("hex"));
      if (content !== undefined) refusePage(head, contentType);
      if (content === "zip") refuseOtherThanZip(head);
      const fault = zip?.fault();
      if (fault) {
        const text = `The file begins as a zip but does not end as one (${fault}): it is cut short, or damaged.`;
        throw new IntegrityError({ reason: "archive-end", received: fault }, text);
      }
      return digest;
    },
  };
}

function compare(name: string, expected: string, received: string): void {
  if (expected === received) return;
  const text = `The ${name} of the bytes is not the one expected: this is another file, or a damaged one.`;
  throw new IntegrityError({ reason: "digest", expected, received }, text);
}

/**
 * The MD5 that the server announced: in Content-MD5, or as the ETag of an object store, where it is one: not of an
 * object that was uploaded in parts (it has a dash) or is encrypted (OBS API reference, obs_04_0013).
 */
function md5Of({ headers, status }: HttpResponse): string | undefined {
  const given = status === 206 ? undefined : headers["content-md5"]; // of a part it is the part's own
  if (given && /^[\w+/]{22}==$/.test(given)) return Buffer.from(given, "base64").toString("hex");
  const names = Object.keys(headers);
  // Elsewhere 32 hex digits may be a digest of anything, and a right file would be refused.
  const isObjectStore = names.some((name) => /^x-(obs|amz)-(request-id|id-2)$/.test(name));
  const isEncrypted = names.some((name) => /^x-(obs|amz)-server-side-encryption/.test(name));
  const [, etag] = /^"?([0-9a-f]{32})"?$/i.exec(headers.etag ?? "") ?? [];
  return isObjectStore && !isEncrypted ? etag?.toLowerCase() : undefined;
}

/** By type and by first bytes: either alone is wrong too often. */
const pages: readonly (readonly [type: RegExp, beginning: RegExp])[] = [
  [/html/i, /^(\ufeff)?\s*<(!doctype|html|head|body|!--|\?xml)/i],
  [/xml/i, /^(\ufeff)?\s*<(\?xml|\w+[\s>])/i],
  [/json/i, /^(\ufeff)?\s*[{[]/],
];

/** A login page or an error, sent with status 200 in place of the file. */
function refusePage(head: Buffer, contentType: string): void {
  const text = head.toString("utf8");
  if (!pages.some(([type, beginning]) => type.test(contentType) && beginning.test(text))) return;
  throw pageError(contentType);
}

/** A page came. */
export function pageError(contentType: string): IntegrityError {
  const text = `A page (${contentType}) came in place of the file. Something on the way, a proxy's login for one, answered instead of the service.`;
  return new IntegrityError({ reason: "content", received: contentType }, text);
}

function refuseOtherThanZip(head: Buffer): void {
  if (isZipStart(head)) return;
  const text = "The service promises a zip, but what came does not begin as one.";
  throw new IntegrityError(
    { reason: "content", expected: "zip", received: head.subarray(0, 4).toString("hex") },
    text,
  );
}
