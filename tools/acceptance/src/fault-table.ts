import { bytesBeforeLastChunk } from "./chunked-framing.ts";
import { bodyBytes } from "./fault-bodies.ts";
import type { Fault } from "./fault-case.ts";
import {
  absent,
  brokenBody,
  brokenStream,
  consumed,
  everywhere,
  lost,
  repeatable,
  resumable,
  right,
  unknown,
} from "./fault-outcomes.ts";
import type { CutBy, Step } from "./fault-server.ts";

const middle = 400 * 1024;
const part = 100 * 1024;
const changed = "IntegrityError INTEGRITY_CHANGED";
const cutInTheMiddle: Step = { cut: { after: middle, by: "half-close" } };
const cutAtOnce: Step = { cut: { after: 0, by: "half-close" } };
const kept = { keptBytes: middle };

/** Connections that end while the body comes. */
const cuts: Fault[] = (["rst", "fin", "half-close"] satisfies CutBy[]).flatMap((by) => [
  {
    name: `${by} after the headers`,
    steps: [{ cut: { after: 0, by } }, {}],
    outcome: { file: { ...repeatable(right(2)), "once-only": consumed(lost, 0) } },
  },
  ...[1, middle, bodyBytes - 1].map((after) => ({
    name: `${by} after ${after} bytes`,
    steps: [{ cut: { after, by } }, {}],
    outcome: brokenBody(repeatable(right(2)), { keptBytes: by === "rst" ? "some" : after }),
  })),
  {
    name: `${by} in the middle of a chunk`,
    steps: [{ framing: "chunked" as const, cut: { after: middle, by } }, {}],
    outcome: brokenBody(repeatable(right(2))),
  },
  {
    name: `${by} in the middle of a TLS connection`,
    isSecure: true,
    steps: [{ cut: { after: middle, by } }, {}],
    outcome: brokenBody(repeatable(right(2))),
  },
  {
    name: `${by} before an answer`,
    steps: [{ before: by }, {}],
    outcome: { file: { ...repeatable(right(2)), "once-only": unknown(lost) } },
  },
  {
    name: `${by} before every answer`,
    steps: [{ before: by }],
    outcome: { file: { ...repeatable(absent(lost, 5)), "once-only": unknown(lost) } },
  },
]);

/** Bodies in parts, and bodies of another length than announced. */
const lengths: Fault[] = [
  {
    name: "no last chunk",
    steps: [{ framing: "chunked", cut: { after: bytesBeforeLastChunk(bodyBytes), by: "half-close" } }, {}],
    outcome: brokenBody(repeatable(right(2)), { keptBytes: bodyBytes }),
  },
  {
    name: "no last chunk, and the rest refused for another object",
    steps: [
      { framing: "chunked", cut: { after: bytesBeforeLastChunk(bodyBytes), by: "half-close" } },
      { answer: { status: 416, headers: { "content-range": `bytes */${bodyBytes}`, etag: '"other"' } } },
      {},
    ],
    outcome: { file: { validated: right(3) }, stream: { validated: absent(changed, 2) } },
  },
  {
    name: "each connection brings 100 KiB",
    steps: [{ cut: { after: part, by: "half-close" } }],
    outcome: brokenBody({ ...resumable(right(11)), bare: absent(lost, 5) }, { keptBytes: part }),
  },
  {
    name: "each connection brings 10 KiB",
    steps: [{ cut: { after: 10 * 1024, by: "half-close" } }],
    outcome: brokenBody(
      { ...resumable(absent(lost, 5, "resumable")), bare: absent(lost, 5) },
      { keptBytes: 10 * 1024 },
    ),
  },
  {
    name: "each rest ends in good order after 100 KiB",
    steps: [cutInTheMiddle, { partBytes: part }],
    outcome: brokenBody({ ...resumable(right(8)), bare: right(2) }, kept),
  },
  {
    name: "chunks, and rests that end in good order after 100 KiB",
    steps: [{ ...cutInTheMiddle, framing: "chunked" }, { partBytes: part }],
    outcome: brokenBody({ ...resumable(right(8)), bare: right(2) }),
  },
  {
    name: "the first answer is a part already",
    steps: [{ partBytes: part }],
    outcome: { file: { link: right(11), validated: right(1) } },
  },
  {
    name: "no rest brings anything",
    steps: [cutInTheMiddle, cutAtOnce],
    outcome: brokenBody({ ...resumable(absent(lost, 5, "resumable")), bare: absent(lost, 5) }, kept),
  },
  {
    name: "the rest is longer than what was missing",
    steps: [cutInTheMiddle, { surplusBytes: 1000 }],
    outcome: {
      file: resumable(absent("IntegrityError INTEGRITY_LENGTH", 2, "suspect")),
      shared: resumable(right(2)), // who ends at a part of somebody else's takes no more than that
    },
  },
  {
    name: "bytes follow the announced length",
    steps: [{ surplusBytes: 1000, headers: { "content-length": String(bodyBytes) } }],
    outcome: { file: everywhere(right(1)) },
  },
  {
    name: "the announced length never comes",
    steps: [
      {
        headers: { "content-length": String(bodyBytes + 10) },
        cut: { after: bodyBytes, by: "half-close" },
      },
    ],
    outcome: {
      file: {
        validated: absent(changed, 8, "suspect"),
        dated: absent(changed, 8, "suspect"),
        bare: absent(lost, 5),
        link: right(2), // a Content-Range says the truth
        "once-only": consumed(lost, bodyBytes),
      },
      stream: { validated: absent(changed, 2), dated: absent(changed, 2), bare: absent(lost, 1) },
    },
  },
  { name: "chunks and no length", steps: [{ framing: "chunked" }], outcome: { file: everywhere(right(1)) } },
  { name: "HTTP/1.0", steps: [{ framing: "close" }], outcome: { file: everywhere(right(1)) } },
  {
    name: "HTTP/1.0, cut before its length",
    steps: [{ ...cutInTheMiddle, framing: "close", headers: { "content-length": String(bodyBytes) } }, {}],
    outcome: brokenBody(repeatable(right(2)), kept),
  },
  {
    name: "an empty object",
    body: "empty",
    steps: [{}],
    outcome: { file: everywhere(right(1)) },
  },
];

/** Silence, and its opposite. */
const stalls: Fault[] = [
  {
    name: "silence in the middle",
    limitMs: 800,
    steps: [{ cut: { after: middle, by: "silence" } }, {}],
    outcome: brokenBody(repeatable(right(2)), { error: "TimeoutError TIMEOUT_BODY", ...kept }),
  },
  {
    name: "silence in place of an answer",
    limitMs: 800,
    steps: [{ before: "silence" }, {}],
    outcome: {
      file: { ...repeatable(right(2)), "once-only": unknown("TimeoutError TIMEOUT_HEADERS") },
    },
  },
  {
    name: "a body that takes longer than the stall time, but never stops so long",
    limitMs: 800,
    steps: [{ drip: { pieces: 10, everyMs: 100 } }],
    outcome: { file: everywhere(right(1)) },
  },
];

/** Objects that are replaced while they are downloaded. */
const changes: Fault[] = [
  {
    name: "replaced before the rest is asked for",
    steps: [cutInTheMiddle, { version: 2 }],
    outcome: brokenStream({ ...resumable(right(3, 2)), bare: right(2, 2) }, changed, kept),
  },
  {
    name: "replaced, by a server that ignores conditions",
    steps: [cutInTheMiddle, { version: 2, ignores: ["conditions"] }],
    outcome: brokenStream({ ...resumable(right(3, 2)), bare: right(2, 2) }, changed, kept),
  },
  {
    name: "replaced, by a server that ignores conditions and ranges",
    steps: [cutInTheMiddle, { version: 2, ignores: ["conditions", "range"] }],
    outcome: brokenStream({ ...resumable(right(3, 2)), bare: right(2, 2) }, changed, kept),
  },
  {
    name: "the range is ignored, and what comes is not said to be the same",
    steps: [
      cutInTheMiddle,
      { ignores: ["range", "conditions"], headers: { etag: undefined, "last-modified": undefined } },
      {},
    ],
    outcome: brokenStream({ ...resumable(right(3)), bare: right(2) }, changed, kept),
  },
  {
    name: "another for each request",
    steps: [{ ...cutInTheMiddle, version: "next" }],
    outcome: brokenStream(
      { ...resumable(absent(changed, 8, "suspect")), bare: absent(lost, 5) },
      changed,
      kept,
    ),
  },
  {
    name: "the rest is of another length in all",
    steps: [
      cutInTheMiddle,
      { headers: { "content-range": `bytes ${middle}-${bodyBytes - 1}/${bodyBytes + 1}` } },
      {},
    ],
    outcome: brokenStream({ ...resumable(right(3)), bare: right(2) }, changed, kept),
  },
  {
    name: "a weak ETag",
    steps: [{ ...cutInTheMiddle, headers: { etag: 'W/"version-1"' } }, {}],
    outcome: {
      file: { validated: right(2), link: right(2), "once-only": consumed(lost, middle) },
      stream: { validated: absent(lost, 1), link: absent(lost, 1) },
    },
  },
  {
    name: "a date of a moment ago",
    ageSeconds: 30,
    steps: [cutInTheMiddle, {}],
    outcome: { file: { dated: right(2) }, stream: { dated: absent(lost, 1) } },
  },
];

/** Faults of the connection and of the object. */
export const transferFaults: readonly Fault[] = [...cuts, ...lengths, ...stalls, ...changes];
