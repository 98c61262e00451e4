import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { keystream, literal, type Segment } from "./segment.ts";

/** A file of the emulated cloud. It is made while it is sent, and never held whole. */
export interface Content {
  /** Its exact length. */
  readonly bytes: number;
  /** Its media type. Default `application/octet-stream`. */
  readonly contentType?: string | undefined;
  /** The name it bears when a service gives one. */
  readonly fileName?: string | undefined;
  /** Tells it from other contents without reading it. */
  readonly fingerprint: string;
  /** The bytes from `start` (default 0) up to, and without, `end` (default the length), in chunks of about 256 KiB. */
  stream(start?: number, end?: number): AsyncIterable<Uint8Array>;
  /** SHA-256 in hex. Computed when first asked for, then remembered. */
  sha256(): Promise<string>;
  /** MD5 in hex. Computed when first asked for, then remembered. */
  md5(): Promise<string>;
}

/** What a {@link Content} is made from. */
export interface ContentSource extends Pick<Content, "bytes" | "contentType" | "fileName" | "fingerprint"> {
  /** The bytes from `start` to before `end`. */
  stream(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** Makes a content of your own: give its bytes as a stream, and it gets its digests. */
export function createContent(source: ContentSource): Content {
  const digests = new Map<string, Promise<string>>();
  const digest = (algorithm: string): Promise<string> => {
    const known = digests.get(algorithm) ?? digestOf(source, algorithm);
    digests.set(algorithm, known);
    return known;
  };
  return {
    bytes: source.bytes,
    contentType: source.contentType,
    fileName: source.fileName,
    fingerprint: source.fingerprint,
    stream: (start = 0, end = source.bytes) => source.stream(start, Math.min(end, source.bytes)),
    sha256: () => digest("sha256"),
    md5: () => digest("md5"),
  };
}

/** Bytes between two turns of the event loop: hashing gigabytes without a pause would stop every other answer. */
const turnBytes = 8 * 1024 * 1024;

async function digestOf(source: ContentSource, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  let sinceTurn = 0;
  for await (const chunk of source.stream(0, source.bytes)) {
    hash.update(chunk);
    sinceTurn += chunk.byteLength;
    if (sinceTurn < turnBytes) continue;
    sinceTurn = 0;
    await nextTurn();
  }
  return hash.digest("hex");
}

/** A content that can be read from anywhere at no cost. */
export function segmentContent(segment: Segment, about: Omit<ContentSource, "bytes" | "stream">): Content {
  return createContent({
    ...about,
    bytes: segment.bytes,
    async *stream(start, end) {
      yield* segment.read(start, end);
    },
  });
}

/** The bytes given. */
export function bytesContent(
  data: Uint8Array,
  about: { readonly contentType?: string | undefined; readonly fileName?: string | undefined } = {},
): Content {
  const fingerprint = createHash("sha256").update(data).digest("hex");
  return segmentContent(literal(data), { ...about, fingerprint });
}

/** Bytes that look random and are the same for the same seed; any part of them is made at once. */
export function randomContent(options: {
  readonly seed: string;
  readonly bytes: number;
  readonly fileName?: string;
}): Content {
  const { seed, bytes, fileName } = options;
  return segmentContent(keystream(seed, bytes), { fileName, fingerprint: `random:${seed}:${bytes}` });
}
