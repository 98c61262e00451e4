import type { SourceKind } from "./fault-sources.ts";

/**
 * What lies in the folder after a failure.
 *
 * - `nothing`
 * - `resumable`: the bytes so far, and the journal by which a later run goes on
 * - `suspect`: the bytes, without a journal
 * - `marker`: the journal alone, which tells a second run that a file that comes only once may be used up
 */
export type Left = "nothing" | "resumable" | "suspect" | "marker";

/** How one download ends: right or absent. */
export interface Outcome {
  /** The version of the object that is saved; `undefined` for none. */
  readonly version?: number | undefined;
  /** Class and code of the error; beneath an `OnceOnlyDownloadError`, of its cause. */
  readonly error?: string | undefined;
  /** Of a file that comes only once: what its error tells. */
  readonly spent?: { readonly consumed: "yes" | "unknown"; readonly keptBytes: number | "some" } | undefined;
  /** Requests that the server got. */
  readonly requests: number;
  readonly left: Left;
}

/** Outcomes by the kind of source; a fault is not tried on a kind that is left out. */
export type Outcomes = Partial<Record<SourceKind, Outcome>>;

/** The outcomes for each sink. A set fares as its files do. */
export interface Expectation {
  readonly file: Outcomes;
  /** Where a stream fares otherwise: what was delivered cannot be taken back. */
  readonly stream?: Outcomes | undefined;
  /** Where a file fares otherwise once several connections share it; how often they ask is left open. */
  readonly shared?: Outcomes | undefined;
}

export const right = (requests: number, version = 1): Outcome => ({ version, requests, left: "nothing" });

export const absent = (error: string, requests: number, left: Left = "nothing"): Outcome => ({
  error,
  requests,
  left,
});

/** The one request was answered, and these bytes of the answer are kept. */
export const consumed = (error: string, keptBytes: number | "some"): Outcome => ({
  error,
  spent: { consumed: "yes", keptBytes },
  requests: 1,
  left: keptBytes === 0 ? "marker" : "resumable",
});

/** The one request was sent, and no answer tells what became of it. */
export const unknown = (error: string): Outcome => ({
  error,
  spent: { consumed: "unknown", keptBytes: 0 },
  requests: 1,
  left: "marker",
});

export const lost = "TransportError CONNECTION_LOST";

/** The same for all that may be asked for again. */
export const repeatable = (outcome: Outcome): Outcomes => ({
  validated: outcome,
  dated: outcome,
  bare: outcome,
  link: outcome,
});

/** The same for all whose rest can be asked for on a condition. */
export const resumable = (outcome: Outcome): Outcomes => ({
  validated: outcome,
  dated: outcome,
  link: outcome,
});

export const everywhere = (outcome: Outcome): Outcomes => ({ ...repeatable(outcome), "once-only": outcome });

/** A body that ends early with `error`, once its first byte was delivered: without a validator a stream cannot go on. */
export const brokenBody = (
  file: Outcomes,
  { error = lost, keptBytes = "some" as number | "some" } = {},
): Expectation => ({
  file: { "once-only": consumed(error, keptBytes), ...file },
  stream: { bare: absent(error, 1) },
});

/** The same, where the rest cannot be joined to what a stream has delivered. */
export const brokenStream = (
  file: Outcomes,
  streamError: string,
  { keptBytes = "some" as number | "some" } = {},
): Expectation => {
  const broken = brokenBody(file, { keptBytes });
  return { ...broken, stream: { ...broken.stream, ...resumable(absent(streamError, 2)) } };
};
