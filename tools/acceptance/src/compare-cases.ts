import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { zipContent } from "@cloudhaul/emulator";
import type { ComparedAnswer, ComparedScript } from "./compare-server.ts";

/** One fault, and what the right file is under it. */
export interface ComparedCase {
  readonly name: string;
  /** For the document. */
  readonly what: string;
  readonly script: ComparedScript;
  /** The right file; `undefined` where there is none, and an error is the best. */
  readonly right?: Buffer | undefined;
  /** The object that was there at first, of which bytes may be mixed with the right ones. */
  readonly former?: Buffer | undefined;
}

const cutAt = 400 * 1024;
const bytesOf = (name: string): Buffer =>
  createHash("shake256", { outputLength: 1024 * 1024 })
    .update(name)
    .digest();
const first = bytesOf("first object");
const second = bytesOf("second object");

const date = (day: number): string => new Date(Date.UTC(2026, 0, day)).toUTCString();
const cut = { after: cutAt, by: "rst" } as const;
const good: ComparedAnswer = { body: first, etag: '"first"', lastModified: date(1) };
const page = "<!DOCTYPE html><html><body>Log in to the network</body></html>";
const expired =
  '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';

/** One answer to the first request, another to all that follow. */
const then =
  (before: ComparedAnswer, after: ComparedAnswer): ComparedScript =>
  (request) =>
    request === 1 ? before : after;

const refused = (status: number): ComparedAnswer => ({
  body: Buffer.from("busy"),
  status,
  headers: { "retry-after": "1" },
});

function replaced(before: Partial<ComparedAnswer>, after: Partial<ComparedAnswer>) {
  const script = then({ body: first, ...before, cut }, { body: second, ...after });
  return { script, right: second, former: first };
}

/** Every case of the comparison, in the order of the table. */
export async function comparedCases(): Promise<readonly ComparedCase[]> {
  const zip = await buffer(zipContent({ seed: "compare", bytes: 1024 * 1024 }).stream());
  const once = (answer: Partial<ComparedAnswer>) => ({
    script: then({ ...good, ...answer }, good),
    right: first,
  });
  const always = (answer: Partial<ComparedAnswer>) => ({
    script: () => ({ ...good, ...answer }),
    right: first,
  });
  return [
    { name: "ok", what: "no fault", ...always({}) },
    { name: "cut, RST", what: "the connection is reset after 400 KiB, once", ...once({ cut }) },
    {
      name: "cut, FIN",
      what: "it is closed in good order after 400 KiB, once",
      ...once({ cut: { ...cut, by: "fin" } }),
    },
    {
      name: "always cut",
      what: "every answer is reset after 100 KiB: eleven are needed",
      ...always({ cut: { ...cut, after: 100 * 1024 } }),
    },
    {
      name: "chunked, cut",
      what: "the length is not told, and the connection is closed after 400 KiB, once",
      ...once({ isChunked: true, cut: { ...cut, by: "fin" } }),
    },
    {
      name: "stall",
      what: "silence after 400 KiB on an open connection, once",
      ...once({ cut: { ...cut, by: "stall" } }),
    },
    {
      name: "changed, ETag",
      what: "cut; meanwhile the object is replaced, which its strong ETag shows",
      ...replaced({ etag: '"first"' }, { etag: '"second"' }),
    },
    {
      name: "changed, date",
      what: "the same, and only the date shows it",
      ...replaced({ lastModified: date(1) }, { lastModified: date(2) }),
    },
    { name: "changed, neither", what: "the same, and nothing shows it", ...replaced({}, {}) },
    {
      name: "range ignored",
      what: "cut; the answer to a range is the whole file, with status 200",
      script: then({ ...good, cut }, { ...good, ignoresRange: true }),
      right: first,
    },
    {
      name: "range shifted",
      what: "cut; the answer to a range begins 1,000 bytes too early, and says so",
      script: then({ ...good, cut }, { ...good, shiftedBy: 1000 }),
      right: first,
    },
    {
      name: "gzip",
      what: "Content-Encoding gzip, which nobody asked for",
      ...always({ body: gzipSync(first), headers: { "content-encoding": "gzip" } }),
    },
    {
      name: "503",
      what: "refused once, with Retry-After: 1",
      script: then(refused(503), good),
      right: first,
    },
    {
      name: "429",
      what: "refused once, with Retry-After: 1",
      script: then(refused(429), good),
      right: first,
    },
    {
      name: "403 later",
      what: "cut; the link has expired by then, and a fresh one can be had",
      script: (request, url) => {
        if (url.includes("fresh")) return good;
        const xml = { "content-type": "application/xml" };
        return request === 1 ? { ...good, cut } : { body: Buffer.from(expired), status: 403, headers: xml };
      },
      right: first,
    },
    {
      name: "page, 200",
      what: "a login page in html in place of the file, with status 200",
      script: () => ({ body: Buffer.from(page), headers: { "content-type": "text/html" } }),
    },
    {
      name: "zip cut short",
      what: "a zip that lost its end before it was sent; the length fits what comes",
      script: () => ({ ...good, body: zip.subarray(0, 600_000) }),
    },
  ];
}
