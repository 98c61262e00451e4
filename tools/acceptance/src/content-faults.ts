import { createHash } from "node:crypto";
import { bodyBytes, bytesOfVersion } from "./fault-bodies.ts";
import type { Fault } from "./fault-case.ts";
import {
  absent,
  brokenBody,
  consumed,
  everywhere,
  lost,
  type Outcome,
  repeatable,
  resumable,
  right,
  unknown,
} from "./fault-outcomes.ts";
import type { Step } from "./fault-server.ts";

const middle = 400 * 1024;
const cutInTheMiddle: Step = { cut: { after: middle, by: "half-close" } };
const service = (kind: string): string => `ServiceError SERVICE_${kind}`;
const kept = { keptBytes: middle };

const pages: Readonly<Record<string, string>> = {
  "text/html": "<!doctype html><title>Please log in</title>",
  "application/xml": '<?xml version="1.0"?><Error/>',
  "application/json": '{"error_code":"X.1"}',
};
const wrongContent = "IntegrityError INTEGRITY_CONTENT";
const suspect = (error: string, keptBytes: number) => ({
  ...repeatable(absent(error, 1, "suspect")),
  "once-only": consumed(error, keptBytes),
});

/** Answers that are no refusal, and not the file. */
const strangers: Fault[] = [
  ...Object.entries(pages).flatMap(([type, body]): Fault[] => {
    const page: Step = { answer: { status: 200, headers: { "content-type": type }, body } };
    return [
      {
        name: `200 with a page, ${type}`,
        steps: [page],
        outcome: { file: suspect(wrongContent, body.length) },
      },
      {
        name: `200 with a page in place of the rest, ${type}`,
        steps: [cutInTheMiddle, page],
        outcome: {
          file: { ...resumable(absent(wrongContent, 2, "suspect")), bare: absent(wrongContent, 2) },
          stream: { bare: absent(lost, 1) },
        },
      },
    ];
  }),
  ...[202, 204].map((status) => ({
    name: `${status} without a file`,
    steps: [{ answer: { status } }],
    outcome: { file: { ...repeatable(absent(wrongContent, 1)), "once-only": consumed(wrongContent, 0) } },
  })),
  {
    name: "gzip",
    body: "gzip",
    steps: [{ headers: { "content-encoding": "gzip" } }],
    outcome: {
      file: {
        ...repeatable(absent("IntegrityError INTEGRITY_ENCODING", 1)),
        "once-only": consumed("IntegrityError INTEGRITY_ENCODING", "some"),
      },
      stream: { "once-only": consumed("IntegrityError INTEGRITY_ENCODING", 0) },
    },
  },
  {
    name: "gzip for the rest",
    steps: [cutInTheMiddle, { headers: { "content-encoding": "gzip" } }],
    outcome: brokenBody(
      {
        ...resumable(absent("IntegrityError INTEGRITY_ENCODING", 2, "suspect")),
        bare: absent("IntegrityError INTEGRITY_ENCODING", 2),
      },
      kept,
    ),
  },
  {
    name: "404 with an endless body",
    steps: [{ answer: { status: 404, body: "no ".repeat(10_000), isEndless: true } }],
    outcome: { file: everywhere(absent(service("NOT_FOUND"), 1)) },
  },
  {
    name: "20 KiB of headers",
    steps: [{ headers: { "x-much": "x".repeat(20 * 1024) } }],
    outcome: {
      file: {
        ...repeatable(absent("TransportError HEADERS_TOO_LARGE", 1)),
        "once-only": unknown("TransportError HEADERS_TOO_LARGE"),
      },
    },
  },
  {
    name: "something that is not HTTP",
    steps: [{ raw: "SSH-2.0-OpenSSH_9.2\r\n\r\n" }],
    outcome: {
      file: {
        ...repeatable(absent("TransportError PROTOCOL", 5)),
        "once-only": unknown("TransportError PROTOCOL"),
      },
    },
  },
  {
    name: "an interim answer before the real one",
    steps: [{ before: "interim" }],
    outcome: { file: everywhere(right(1)) },
  },
];

const wrongMd5 = "0123456789abcdef0123456789abcdef";
const rightMd5 = createHash("md5").update(bytesOfVersion(1)).digest();
const wrongDigest = suspect("IntegrityError INTEGRITY_DIGEST", bodyBytes);
const etags = (outcome: Outcome | typeof wrongDigest) => {
  const { validated, link, "once-only": once } = "requests" in outcome ? everywhere(outcome) : outcome;
  return { file: { validated, link, "once-only": once } as typeof wrongDigest };
};

/** Digests that an answer announces, and zips that are not whole. */
const digests: Fault[] = [
  ...["x-obs-request-id", "x-amz-id-2"].map((store) => ({
    name: `the MD5 of another object as ETag, with ${store}`,
    steps: [{ headers: { etag: `"${wrongMd5}"`, [store]: "1" } }],
    outcome: etags(wrongDigest),
  })),
  ...[
    { name: "the MD5 as ETag", headers: { etag: `"${rightMd5.toString("hex")}"` } },
    { name: "an ETag of an upload in parts", headers: { etag: `"${wrongMd5}-3"` } },
    {
      name: "an ETag of an encrypted object",
      headers: { etag: `"${wrongMd5}"`, "x-obs-server-side-encryption": "kms" },
    },
  ].map(({ name, headers }) => ({
    name,
    steps: [{ headers: { "x-obs-request-id": "1", ...headers } }],
    outcome: etags(right(1)),
  })),
  {
    name: "32 hex digits as ETag of what is no object store",
    steps: [{ headers: { etag: `"${wrongMd5}"` } }],
    outcome: etags(right(1)),
  },
  {
    name: "a Content-MD5 of another object",
    steps: [{ headers: { "content-md5": Buffer.from(wrongMd5, "hex").toString("base64") } }],
    outcome: { file: { ...wrongDigest, link: right(1) } }, // its answer is a part, with a digest of its own
  },
  {
    name: "the right Content-MD5",
    steps: [{ headers: { "content-md5": rightMd5.toString("base64") } }],
    outcome: { file: everywhere(right(1)) },
  },
  { name: "a whole zip", body: "zip", steps: [{}], outcome: { file: everywhere(right(1)) } },
  {
    name: "something else in place of a zip",
    content: "zip",
    steps: [{}],
    outcome: { file: suspect(wrongContent, bodyBytes) },
  },
  ...(
    [
      ["a zip that has lost its end", "cut-zip"],
      ["a zip that has lost a part of its middle", "holed-zip"],
      ["a zip, and garbage behind it", "zip-and-more"],
    ] as const
  ).map(([name, body]) => ({
    name,
    body,
    steps: [{}],
    outcome: {
      file: {
        ...repeatable(absent("IntegrityError INTEGRITY_ARCHIVE_END", 1, "suspect")),
        "once-only": consumed("IntegrityError INTEGRITY_ARCHIVE_END", "some"),
      },
    },
  })),
];

/** Faults of what an answer brings. */
export const contentFaults: readonly Fault[] = [...strangers, ...digests];
