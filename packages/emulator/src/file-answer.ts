import { createHash } from "node:crypto";
import { ReadableStream } from "node:stream/web";
import type { Content } from "./content.ts";
import { select } from "./ranges.ts";
import type { DownloadVariants } from "./variants.ts";

/** A file that a service keeps. */
export interface StoredFile {
  readonly content: Content;
  /** When it was made. */
  readonly lastModified: Date;
  /** Default: the content's own name. */
  readonly fileName?: string | undefined;
}

/** What to add to a store. */
export interface FileToStore {
  readonly content: Content;
  /** Default: now, by the emulator's clock. */
  readonly lastModified?: Date | undefined;
  /** Default: the content's own name. */
  readonly fileName?: string | undefined;
}

/** What to keep of it. */
export function storedFile({ content, fileName, lastModified }: FileToStore, now: () => Date): StoredFile {
  return { content, fileName, lastModified: lastModified ?? now() };
}

/** The bytes of a part of a content; nothing is made before the reader asks, and nothing ahead of it. */
export function bodyOf(content: Content, start: number, end: number): ReadableStream<Uint8Array> {
  return ReadableStream.from<Uint8Array>(content.stream(start, end));
}

/** Answers with a file in the way that the variants tell. */
export function fileAnswer(request: Request, file: StoredFile, variants: DownloadVariants): Response {
  const headers = fileHeaders(file, variants);
  const { content } = file;
  const validators = {
    bytes: content.bytes,
    etag: headers.get("etag") ?? undefined,
    lastModified: variants.lastModified === "present" ? file.lastModified : undefined,
  };
  const asked = variants.ranges === "honoured" ? request.headers : new Headers();
  const selection = select(asked, validators);
  if (selection.status === 416) headers.set("content-range", `bytes */${content.bytes}`);
  if (!("start" in selection)) return new Response(null, { status: selection.status, headers });
  const { status, start, end } = selection;
  if (status === 206) headers.set("content-range", `bytes ${start}-${end - 1}/${content.bytes}`);
  if (variants.length === "content-length") headers.set("content-length", String(end - start));
  return new Response(bodyOf(content, start, end), { status, headers });
}

const contentTypes: Readonly<Record<DownloadVariants["contentType"], string | undefined>> = {
  "octet-stream": "application/octet-stream",
  zip: "application/zip",
  none: undefined,
};

function fileHeaders(file: StoredFile, variants: DownloadVariants): Headers {
  const { content, fileName = content.fileName ?? "download" } = file;
  // Longer than an MD5, which a client could otherwise take it for.
  const tag = `"${createHash("sha256").update(content.fingerprint).digest("hex").slice(0, 32)}x"`;
  const values: Readonly<Record<string, string | undefined>> = {
    "content-type": contentTypes[variants.contentType],
    "content-disposition": dispositions[variants.disposition](fileName),
    etag: { none: undefined, weak: `W/${tag}`, strong: tag }[variants.etag],
    "last-modified": variants.lastModified === "present" ? file.lastModified.toUTCString() : undefined,
    "accept-ranges": variants.ranges === "honoured" ? "bytes" : undefined,
  };
  const headers = new Headers();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) headers.set(name, value);
  return headers;
}

const dispositions: Readonly<
  Record<DownloadVariants["disposition"], (fileName: string) => string | undefined>
> = {
  none: () => undefined,
  plain: (fileName) => `attachment; filename="${ascii(fileName)}"`,
  rfc8187: (fileName) => `attachment; filename="${ascii(fileName)}"; filename*=UTF-8''${extended(fileName)}`,
};

function ascii(fileName: string): string {
  return fileName.replace(/[^\x20-\x7e]/g, "_").replace(/["\\]/g, "\\$&");
}

/** The characters that RFC 8187 does not let stand are more than those that `encodeURIComponent` escapes. */
function extended(fileName: string): string {
  return encodeURIComponent(fileName).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
