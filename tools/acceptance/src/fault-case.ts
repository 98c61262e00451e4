import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ContentKind,
  createDownloadSet,
  createHttpSettings,
  type Download,
  downloadLink,
  type HttpSettings,
  IncompleteSetError,
} from "@cloudhaul/core-http";
import { type BodyKind, bodyOf, bytesOfVersion } from "./fault-bodies.ts";
import { faultCertificate } from "./fault-certificate.ts";
import type { Expectation, Outcome } from "./fault-outcomes.ts";
import { originOf } from "./fault-places.ts";
import { type FaultServer, type Step, startFaultServer, type ValidatorKind } from "./fault-server.ts";
import { downloadFrom, type SourceKind, sourceKinds } from "./fault-sources.ts";

/** One way in which a download may go wrong, and what must become of it. */
export interface Fault {
  readonly name: string;
  /** What the server does with each request. */
  readonly steps: readonly Step[];
  readonly outcome: Expectation;
  /** Default `bytes`. */
  readonly body?: BodyKind | undefined;
  /** What the source promises. Default: `zip` for every body with zip in its name, else `unknown`. */
  readonly content?: ContentKind | undefined;
  readonly ageSeconds?: number | undefined;
  readonly isSecure?: boolean | undefined;
  /** Whether the client knows the server's certificate. Default true. */
  readonly isTrusted?: boolean | undefined;
  readonly brokenHandshakes?: number | undefined;
  /** Somewhere else than at the server. */
  readonly place?: "closed-port" | "no-such-host" | undefined;
  /** How long the client waits for headers, and for a byte. Default 10,000 ms, which no case comes near on a busy machine. */
  readonly limitMs?: number | undefined;
  /** Connections that the server sees. Default: not counted. */
  readonly connections?: number | undefined;
}

export const sinks = ["file", "stream", "set"] as const;
export type Sink = (typeof sinks)[number];

/** A fault with one kind of source and one sink. */
export interface FaultCase {
  readonly fault: Fault;
  readonly kind: SourceKind;
  readonly sink: Sink;
  readonly expected: Outcome;
}

/** Every case of these faults. */
export function casesOf(faults: readonly Fault[]): FaultCase[] {
  return faults.flatMap((fault) =>
    sourceKinds.flatMap((kind) =>
      sinks.flatMap((sink) => {
        const { file, stream } = fault.outcome;
        const expected = (sink === "stream" ? stream?.[kind] : undefined) ?? file[kind];
        return expected ? [{ fault, kind, sink, expected }] : [];
      }),
    ),
  );
}

/** What came of a case. */
export interface FaultOutcome {
  /** What was saved or delivered whole; `undefined` after a failure. */
  readonly saved: Buffer | undefined;
  /** What a stream delivered before it failed. */
  readonly delivered: Buffer;
  readonly error: unknown;
  /** Names and contents of all that lies in the folder. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly server: FaultServer;
  readonly elsewhere: FaultServer;
  /** The body by version. */
  readonly content: (version: number) => Buffer;
}

const validators: Readonly<Record<SourceKind, ValidatorKind>> = {
  validated: "etag",
  dated: "date",
  bare: "none",
  link: "etag",
  "once-only": "etag",
};

/** What a Retry-After of two seconds is cut to. */
export const maxRetryAfterMs = 60;

/** Name of the file that is broken, of the one beside it in a set, and of the set's list. */
export const names = {
  broken: "broken.bin",
  healthy: "healthy.bin",
  manifest: "files.manifest.json",
} as const;

/** How a case is run. */
export interface FaultRun {
  /** For `file`. Default 1. */
  readonly connections?: number | undefined;
  /** See {@link FaultScript}. */
  readonly bytesPerSecond?: number | undefined;
}

/** Runs a case, and hands what came of it to `judge` before it takes everything down. */
export async function runFaultCase(
  { fault, kind, sink }: FaultCase,
  judge: (outcome: FaultOutcome) => Promise<void>,
  { connections, bytesPerSecond }: FaultRun = {},
): Promise<void> {
  const {
    body = "bytes",
    steps,
    ageSeconds,
    isSecure,
    brokenHandshakes,
    isTrusted = true,
    limitMs = 10_000,
  } = fault;
  const content = await bodyOf(body);
  const object = { content, validator: validators[kind], ageSeconds };
  await using elsewhere = await startFaultServer({ ...object, content: bytesOfVersion, steps: [{}] });
  await using server = await startFaultServer({
    ...object,
    steps,
    isSecure,
    brokenHandshakes,
    bytesPerSecond,
    elsewhere: elsewhere.origin,
  });
  const settings = createHttpSettings({
    proxy: false,
    tls: isSecure && isTrusted ? { ca: faultCertificate.cert } : undefined,
    timeouts: { headersMs: limitMs, bodyMs: limitMs },
    retry: { baseDelayMs: 1, maxRetryAfterMs },
  });
  const origin = originOf(fault, server);
  const promised = fault.content ?? (body.includes("zip") ? "zip" : "unknown");
  const download = downloadFrom(kind, origin, promised, settings);
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-faults-"));
  try {
    const options = { stallTimeoutMs: limitMs, ...(connections !== undefined && { connections }) };
    const result = await consume[sink](download, options, folder, elsewhere, settings);
    await settings.transport.close();
    const paths = await readdir(folder);
    const files = new Map(
      await Promise.all(paths.map(async (name) => [name, await readFile(join(folder, name))] as const)),
    );
    await judge({ ...result, files, server, elsewhere, content });
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Consumed = Pick<FaultOutcome, "saved" | "delivered" | "error">;
const nothing = Buffer.alloc(0);

const consume: Readonly<
  Record<
    Sink,
    (
      download: Download,
      options: { readonly stallTimeoutMs: number },
      folder: string,
      elsewhere: FaultServer,
      settings: HttpSettings,
    ) => Promise<Consumed>
  >
> = {
  async file(download, options, folder) {
    try {
      const { path } = await download.toFile(join(folder, names.broken), options);
      return { saved: await readFile(path), delivered: nothing, error: undefined };
    } catch (error) {
      return { saved: undefined, delivered: nothing, error };
    }
  },
  async stream(download, options) {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of await download.toStream({ ...options, acceptLoss: true })) chunks.push(chunk);
      return { saved: Buffer.concat(chunks), delivered: nothing, error: undefined };
    } catch (error) {
      return { saved: undefined, delivered: Buffer.concat(chunks), error };
    }
  },
  async set(download, options, folder, elsewhere, settings) {
    const healthy = downloadLink({ url: `${elsewhere.origin}/healthy`, transport: settings.transport });
    const set = createDownloadSet({
      logger: settings.logger,
      identity: async () => ({ service: "faults", host: "here", ids: ["files"] }),
      list: async () => [
        { download, fileName: names.broken },
        { download: healthy, fileName: names.healthy },
      ],
    });
    try {
      await set.toDirectory(folder, { ...options, connections: 2 });
      return { saved: await readFile(join(folder, names.broken)), delivered: nothing, error: undefined };
    } catch (error) {
      // The set's own error is a list; a case is about the one in it.
      const cause = IncompleteSetError.isInstance(error) ? error.failures[0]?.error : error;
      return { saved: undefined, delivered: nothing, error: cause };
    }
  },
};
