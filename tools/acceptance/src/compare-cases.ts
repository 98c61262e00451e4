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

type Row = readonly [name: string, what: string, answer: Partial<ComparedAnswer>];

const last = 1024 * 1024 - 1;
const cutsElsewhere: readonly (readonly [
  name: string,
  what: string,
  where: NonNullable<ComparedAnswer["cut"]>,
])[] = [
  ["RST, first byte", "reset after the first byte, once", { after: 1, by: "rst" }],
  ["RST, last byte", "reset before the last byte, once", { after: last, by: "rst" }],
  ["FIN, first byte", "closed after the first byte, once", { after: 1, by: "fin" }],
  ["FIN, last byte", "closed before the last byte, once", { after: last, by: "fin" }],
  ["stall, first byte", "silence after the first byte, once", { after: 1, by: "stall" }],
];

const busy = (status: number, retryAfter?: string): ComparedAnswer => ({
  body: Buffer.from("busy"),
  status,
  headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
});
/** Answers to the first request alone. */
const refusals: readonly (readonly [name: string, what: string, answer: ComparedAnswer])[] = [
  ["no answer, RST", "reset before any answer, once", { body: first, dropped: "rst" }],
  ["no answer, FIN", "closed before any answer, once", { body: first, dropped: "fin" }],
  ["408", "refused once", busy(408)],
  ["429, bare", "refused once, without Retry-After", busy(429)],
  ["429, date", "refused once, with a Retry-After that is a date gone by", busy(429, date(1))],
  ["500", "refused once", busy(500)],
  ["502", "refused once", busy(502)],
  ["503, bare", "refused once, without Retry-After", busy(503)],
  ["503, date", "refused once, with a Retry-After that is a date gone by", busy(503, date(1))],
  ["504", "refused once", busy(504)],
  [
    "redirect",
    "sent to another path of the same server",
    { body: Buffer.alloc(0), status: 302, headers: { location: "/elsewhere.bin" } },
  ],
];

/** Answers to the second request alone, which is for the rest. */
const rests: readonly Row[] = [
  ["rest: no answer", "the next connection is reset before any answer", { dropped: "rst" }],
  ["rest: 416", "the rest is refused with 416", { status: 416, headers: {} }],
  ["rest: 412", "the rest is refused with 412", { status: 412, headers: {} }],
  ["rest: 503", "the rest is refused with 503", busy(503)],
  ["rest: wrong total", "the rest tells another whole length", { totalOff: 7 }],
  ["rest: later", "the rest begins 1,000 bytes too late, and says so", { shiftedBy: -1000 }],
  ["rest: unnamed", "the rest does not say which part it is", { hidesRange: true }],
  ["rest: gzip", "the rest comes with Content-Encoding gzip", { headers: { "content-encoding": "gzip" } }],
];

const careless = { ignoresConditions: true };
const replacements: readonly (readonly [
  name: string,
  what: string,
  before: Partial<ComparedAnswer>,
  after: Partial<ComparedAnswer>,
])[] = [
  ["changed, weak ETag", "replaced, which a weak ETag alone shows", { etag: 'W/"1"' }, { etag: 'W/"2"' }],
  [
    "changed, ETag unheeded",
    "replaced, and the server sends the rest of the new one whatever the condition",
    { etag: '"first"' },
    { etag: '"second"', ...careless },
  ],
  [
    "changed, date unheeded",
    "the same, with dates",
    { lastModified: date(1) },
    { lastModified: date(2), ...careless },
  ],
];

/** There is no file: an error is the best. */
const nothings: readonly Row[] = [
  ["401", "refused for want of a proof", busy(401)],
  ["403", "refused, and not for its age", busy(403)],
  ["404", "not there", busy(404)],
  ["redirect loop", "sent to itself", { status: 302, headers: { location: "/file.bin?link=first" } }],
  [
    "length too long",
    "1,000 bytes fewer come than were announced",
    { headers: { "content-length": String(last + 1001) } },
  ],
];

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
    ...cutsElsewhere.map(([name, what, where]) => ({ name, what, ...once({ cut: where }) })),
    ...refusals.map(([name, what, answer]) => ({ name, what, script: then(answer, good), right: first })),
    ...rests.map(([name, what, answer]) => ({
      name,
      what: `cut; ${what}`,
      script: (request: number) =>
        request === 1 ? { ...good, cut } : request === 2 ? { ...good, ...answer } : good,
      right: first,
    })),
    ...replacements.map(([name, what, before, after]) => ({ name, what, ...replaced(before, after) })),
    ...nothings.map(([name, what, answer]) => ({ name, what, script: () => ({ ...good, ...answer }) })),
    {
      name: "zip and more",
      what: "a zip with bytes behind its end; the length fits what comes",
      script: () => ({ ...good, body: Buffer.concat([zip, first.subarray(0, 5000)]) }),
    },
    {
      name: "zip cut short",
      what: "a zip that lost its end before it was sent; the length fits what comes",
      script: () => ({ ...good, body: zip.subarray(0, 600_000) }),
    },
  ];
}
