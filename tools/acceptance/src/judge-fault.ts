import { basename } from "node:path";
import { CloudhaulError, OnceOnlyDownloadError } from "@cloudhaul/core-http";
import { type ExpectStatic, expect } from "vitest";
import { bytesOfVersion } from "./fault-bodies.ts";
import { type FaultCase, type FaultOutcome, maxRetryAfterMs, names } from "./fault-case.ts";
import type { Left } from "./fault-outcomes.ts";

/** Files that may lie beside the target after a failure, by the end of their names. */
const kinds: Readonly<Record<Left, readonly string[]>> = {
  nothing: [],
  resumable: ["journal", "part"],
  suspect: ["part"],
  marker: ["journal"],
};

/** Eight connections, five tries each, and parts of 100 KiB. */
const mostWhenShared = 200;

/** Holds what came of a case against what is expected of it. */
export async function judgeFault(
  faultCase: FaultCase,
  outcome: FaultOutcome,
  expectHere: ExpectStatic,
): Promise<void> {
  const { fault, kind, sink } = faultCase;
  // Only who has others beside him says where his part ends.
  const isShared = outcome.server.requests.some(({ headers }) => /\d+-\d+$/.test(headers.range ?? ""));
  const expected = (isShared ? fault.outcome.shared?.[kind] : undefined) ?? faultCase.expected;
  const { requests, ...came } = summaryOf(outcome);
  expect(came, String(outcome.error)).toEqual({ version: expected.version, error: expected.error });
  if (isShared) expect(requests).toBeLessThan(mostWhenShared);
  else expect(requests, String(outcome.error)).toBe(expected.requests);
  const judged = { ...faultCase, expected };
  if (sink !== "stream") checkFolder(judged, outcome);
  if (expected.spent) checkSpent(judged, outcome);
  checkDelivered(outcome);
  checkRequests(judged, outcome, isShared);
  // Nothing is left open, on either side.
  await expectHere.poll(() => outcome.server.sockets.size + outcome.elsewhere.sockets.size).toBe(0);
}

function summaryOf({ saved, error, server, content }: FaultOutcome) {
  const told = OnceOnlyDownloadError.isInstance(error) ? error.cause : error;
  return {
    version: saved && [1, 2].find((version) => content(version).equals(saved)),
    error: CloudhaulError.isInstance(told) ? `${told.name} ${told.code}` : told && String(told),
    requests: server.requests.length,
  };
}

function checkFolder({ expected, kind, sink }: FaultCase, { files, content }: FaultOutcome): void {
  const own = kind === "once-only" && expected.version ? ["journal"] : kinds[expected.left];
  const isHidden = (name: string): boolean => name.startsWith(".cloudhaul-");
  const hidden = [...files.keys()].filter(isHidden);
  expect(hidden.map((name) => name.split(".").at(-1)).sort()).toEqual(own);
  const others = [
    ...(expected.version ? [names.broken] : []),
    ...(sink === "set" ? [names.manifest, names.healthy] : []),
  ];
  expect([...files.keys()].filter((name) => !isHidden(name)).sort()).toEqual(others.sort());
  if (sink === "set") expect(files.get(names.healthy)?.equals(bytesOfVersion(1))).toBe(true);
  const part = files.get(hidden.find((name) => name.endsWith(".part")) ?? "");
  // What a later run takes up must be the beginning of the file.
  if (expected.left === "resumable" && !expected.spent) expectBeginning(part, content);
}

function checkSpent({ expected, sink }: FaultCase, { error, files, content }: FaultOutcome): void {
  if (!OnceOnlyDownloadError.isInstance(error)) throw error;
  const { consumed, keptBytes } = expected.spent ?? expect.unreachable();
  expect(error.consumed).toBe(consumed);
  if (keptBytes === "some") expect(error.receivedBytes).toBeGreaterThan(0);
  else expect(error.receivedBytes).toBe(keptBytes);
  const isKept = sink !== "stream" && keptBytes !== 0;
  expect(error.partialPath !== undefined).toBe(isKept);
  if (!isKept) return;
  const part = files.get(basename(error.partialPath ?? ""));
  expect(part?.length).toBe(error.receivedBytes);
  if (expected.error?.startsWith("TransportError")) expectBeginning(part, content);
}

/** A stream that fails has delivered nothing that is not of the object, unless what came was no object. */
function checkDelivered({ delivered, error, content }: FaultOutcome): void {
  const told = OnceOnlyDownloadError.isInstance(error) ? error.cause : error;
  const isOtherContent = CloudhaulError.isInstance(told) && /CONTENT$/.test(told.code);
  if (!isOtherContent) expectBeginning(delivered, content);
}

function expectBeginning(part: Buffer | undefined, content: (version: number) => Buffer): void {
  const isBeginning = (version: number): boolean => {
    const whole = content(version);
    // Several connections leave gaps.
    return part?.every((byte, index) => byte === whole[index] || byte === 0) ?? false;
  };
  expect([1, 2].some(isBeginning)).toBe(true);
}

/** What no request may do, whatever the fault. */
function checkRequests(
  { fault, kind }: FaultCase,
  { server, elsewhere }: FaultOutcome,
  isShared: boolean,
): void {
  let proof = 1;
  for (const [index, { path, headers, receivedAt }] of server.requests.entries()) {
    expect(headers["accept-encoding"]).toBe("identity");
    expect(headers).not.toHaveProperty("if-range");
    const [, from, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "bytes=0-") ?? [];
    const isConditional = "if-match" in headers || "if-unmodified-since" in headers;
    expect(isConditional, `a rest from byte ${from} needs a condition`).toBe(Number(from) > 0 || last !== "");
    if (isShared) continue; // what follows is about one after the other
    if (path !== "/moved") expect(headers["x-auth-token"] ?? path).toMatch(new RegExp(`-${proof}$`));
    const { status = 200, retryAfter } = stepOf(fault, index).answer ?? {};
    const hasFreshProof = kind === "link" ? /expired/.test(stepOf(fault, index).answer?.body ?? "") : true;
    if ((status === 401 && kind !== "link") || (status === 403 && hasFreshProof)) proof++;
    const next = server.requests[index + 1];
    if (retryAfter && next) expect(next.receivedAt - receivedAt).toBeGreaterThan(maxRetryAfterMs - 5);
  }
  for (const { headers } of elsewhere.requests) {
    expect(Object.keys(headers)).not.toContain("x-auth-token");
    expect(Object.keys(headers)).not.toContain("referer");
  }
  if (fault.connections !== undefined && !isShared) expect(server.connections()).toBe(fault.connections);
}

function stepOf({ steps }: FaultCase["fault"], index: number) {
  return steps[Math.min(index, steps.length - 1)] ?? {};
}
