import { bodyBytes } from "./fault-bodies.ts";
import type { Fault } from "./fault-case.ts";
import {
  absent,
  brokenBody,
  brokenStream,
  consumed,
  everywhere,
  repeatable,
  resumable,
  right,
} from "./fault-outcomes.ts";
import type { Step } from "./fault-server.ts";

const middle = 400 * 1024;
const changed = "IntegrityError INTEGRITY_CHANGED";
const misplaced = "IntegrityError INTEGRITY_RANGE";
const cutInTheMiddle: Step = { cut: { after: middle, by: "half-close" } };
const kept = { keptBytes: middle };

/** Answers with another part than the one asked for. */
export const rangeFaults: readonly Fault[] = [
  ...[
    { name: "the rest begins a byte late", wrong: { shiftBy: 1 } },
    { name: "the rest begins a byte early", wrong: { shiftBy: -1 } },
    { name: "the rest begins at the start", wrong: { shiftBy: -middle } },
    { name: "the rest does not say what it is", wrong: { headers: { "content-range": undefined } } },
    { name: "the rest says nonsense", wrong: { headers: { "content-range": "bytes x-y/z" } } },
  ].map(({ name, wrong }) => ({
    name,
    steps: [cutInTheMiddle, wrong, {}],
    outcome: brokenStream({ ...resumable(right(3)), bare: right(2) }, misplaced, kept),
  })),
  {
    name: "every part begins a byte late",
    steps: [{ ...cutInTheMiddle, shiftBy: 1 }],
    outcome: {
      file: {
        validated: absent(misplaced, 8, "suspect"),
        dated: absent(misplaced, 8, "suspect"),
        link: absent(misplaced, 4), // it asks for a range from the start
      },
      stream: { validated: absent(misplaced, 2), dated: absent(misplaced, 2) },
    },
  },
  {
    name: "the range is ignored",
    steps: [cutInTheMiddle, { ignores: ["range"] }],
    outcome: brokenStream(repeatable(right(2)), misplaced, kept),
  },
  {
    name: "the rest does not tell the whole length",
    steps: [cutInTheMiddle, { headers: { "content-range": `bytes ${middle}-${bodyBytes - 1}/*` } }],
    outcome: brokenBody({ ...resumable(right(2)) }, kept),
  },
  ...[undefined, "bytes */5"].map((range) => ({
    name: `the rest is refused with 416 and ${range ?? "no length"}`,
    steps: [
      cutInTheMiddle,
      { answer: { status: 416, headers: range ? { "content-range": range } : {} } },
      {},
    ],
    outcome: brokenStream(
      { ...resumable(right(3)), bare: absent("ServiceError SERVICE_UNKNOWN", 2) },
      changed,
      kept,
    ),
  })),
  {
    name: "a part in place of the file, that does not say which",
    steps: [{ answer: { status: 206, body: "part" } }],
    outcome: {
      file: { ...repeatable(absent(misplaced, 4)), "once-only": consumed(misplaced, 4) },
      stream: { "once-only": consumed(misplaced, 0) },
    },
  },
  {
    name: "416 to the first request",
    steps: [{ answer: { status: 416 } }],
    outcome: {
      file: { ...everywhere(absent("ServiceError SERVICE_UNKNOWN", 1)), link: absent(misplaced, 4) },
    },
  },
  {
    name: "412 to the first request",
    steps: [{ answer: { status: 412, body: "precondition failed" } }],
    outcome: { file: everywhere(absent("ServiceError SERVICE_INVALID", 1)) },
  },
];
