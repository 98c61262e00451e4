import { byteCount, checkLength, readInTime, splitAt } from "./body-reading.ts";
import { noChecks, pageError } from "./checks.ts";
import type { DownloadInfo, TransferResult } from "./destination.ts";
import type { IntegrityError } from "./download-errors.ts";
import { describe } from "./download-info.ts";
import { type DownloadSource, identityText } from "./download-source.ts";
import type { CloudhaulError } from "./errors.ts";
import { type Obstacle, obstacleError } from "./obstacles.ts";
import { createProgress } from "./progress.ts";
import { backOff, mayRepeat } from "./retry.ts";
import type { TransferEnd, TransferSettings } from "./transfer-settings.ts";
import type { HttpResponse } from "./transport.ts";
import { unfitAnswer } from "./unfit-answer.ts";
import {
  conditionalRange,
  isPageInstead,
  judgeRest,
  judgeStart,
  type Validators,
  validatorsOf,
} from "./validators.ts";

/** The bytes of one download, in order, whatever happens on the way. */
export interface Transfer {
  readonly info: DownloadInfo;
  /** Of the object that the bytes are of. */
  validators(): Validators;
  /** The next bytes, or `undefined` once all have come and every check has passed. */
  read(wantedBytes: number): Promise<readonly Uint8Array[] | undefined>;
  /** What came. To be asked for after the end. */
  result(): TransferResult;
  /** Goes on at an earlier byte: what lay behind it was not right. */
  rewind(toByte: number): Promise<void>;
  /** Bytes that are there so far, those of an earlier run included. */
  heldBytes(): number;
  /** Ends it early and closes the connection. */
  cancel(): Promise<void>;
}

/** A transfer with which others may share the file. */
export interface SharedTransfer extends Transfer {
  /** Whether parts of the file may be asked for beside it. */
  canSplit(): boolean;
  /** Asks for a part of the file over another connection. */
  part(start: number, end: TransferEnd, signal: AbortSignal): Promise<SharedTransfer>;
  /**
   * From now on it ends there, with its checks open, since others bring the rest: what fails is not tried again here. With
   * `undefined` it goes to the end of the file again, as far as its connection carries, and then as always.
   */
  endAt(end: TransferEnd | undefined): void;
  /** Closes its connection; a read that waits for bytes rejects. */
  halt(): Promise<void>;
  /** Another connection has met another object: gives up what is held, and begins anew. */
  startAgain(): Promise<void>;
  /** Whether all has come, and every check has passed. */
  isFinished(): boolean;
  /** The rest has come over other connections, and has been checked: so many bytes in all. */
  finish(bytes: number): void;
}

/** An object that changes all the time is never whole. */
const maxChanges = 3;

/** So much must have come for the tries to be counted anew: a drip must not go on for ever. */
const progressBytes = 64 * 1024;

/** Sends the request, as often as its repeat class allows, and resolves once the bytes begin. */
export async function startTransfer(
  source: DownloadSource,
  settings: TransferSettings,
): Promise<SharedTransfer> {
  const startedAt = performance.now();
  const { progress, pace, checks, stallTimeoutMs, startAgain } = settings;
  // A reader that leaves while a cut is waited out must end the wait: nobody would read what comes after it.
  const left = new AbortController();
  const signal = settings.signal ? AbortSignal.any([settings.signal, left.signal]) : left.signal;
  const { logger, retry } = source.settings;
  const name = identityText(await source.identity(signal));
  let resumedFromByte = settings.held?.bytes ?? 0;
  let held = resumedFromByte;
  /** Of what is held or, where that was given up, of what was held: a page in its place is told by it. */
  let validators = settings.held?.validators;
  let body: HttpResponse["body"] | undefined;
  let first: HttpResponse | undefined;
  let info: DownloadInfo | undefined;
  let furthest = held;
  let requests = 0;
  let failures = 0;
  let changes = 0;
  let isComplete = false;
  let suspicion: IntegrityError | undefined;
  let sha256: string | undefined;
  let { end } = settings;
  /** Came behind the end. The end may move on, and the connection will not bring it again. */
  let behind: readonly Uint8Array[] = [];
  /** A part is of the object that the first answer was of, also where it begins with the first byte. */
  const isPart = end !== undefined;
  const isRest = (): boolean => held > 0 || isPart;
  let isReceiving = false;
  let isFinished = false;

  /** Opens the way to the next byte, or throws what makes it hopeless. */
  async function connect(): Promise<void> {
    behind = [];
    for (;;) {
      try {
        if (await accept(await ask())) break;
      } catch (error) {
        await recover(error);
      }
    }
    isReceiving = true;
  }

  async function ask(): Promise<HttpResponse> {
    progress.report({ phase: "connecting", attempt: requests + 1, source: name });
    await source.pace?.(signal);
    requests++;
    const conditions = isRest() && validators ? conditionalRange(validators, held, end?.(held)) : undefined;
    const range = conditions ?? (source.rangeFromStart ? { range: "bytes=0-" } : {});
    const headers = { "accept-encoding": "identity", ...range };
    // Of what was not sent these are refusals like any other: the page of a 412 would pass for the file.
    const acceptStatus = [...(conditions ? [412] : []), ...("range" in range ? [416] : [])];
    return source.open({ headers, acceptStatus }, signal);
  }

  /** Whether the answer brings the next byte. If not, all is set for asking again. */
  async function accept(response: HttpResponse): Promise<boolean> {
    body = response.body; // from here on whatever goes wrong closes it
    suspicion = unfitAnswer(response, source.operation, source.repeat === "never");
    if (suspicion && !settings.keepsUnfit) throw suspicion;
    if (validators && isPageInstead(validators.contentType, response))
      throw pageError(response.headers["content-type"] ?? "");
    const verdict = suspicion
      ? "whole"
      : validators && isRest()
        ? judgeRest(validators, held, response)
        : judgeStart(response);
    if (verdict === "changed" || verdict === "misplaced") {
      await body.cancel();
      await giveUpHeld(verdict === "changed" ? "changed" : "range");
      return false;
    }
    if (verdict === "whole" && isRest()) await giveUpHeld("ignored"); // never append what starts from the start
    if (verdict === "complete") await body.cancel();
    // The page of a 416 has a type and a length of its own, which are not the file's.
    const about = response.status === 416 ? { ...response, headers: {} } : response;
    // Also where it goes on with what an earlier run left: checks that never began would pass anything.
    if (!isRest() || first === undefined) {
      checks.begin(about);
      first = about;
    }
    const told = validatorsOf(about);
    validators = !isRest() ? told : { ...validators, totalBytes: validators?.totalBytes ?? told.totalBytes };
    info = undefined;
    isComplete = verdict === "complete";
    const { totalBytes } = validators;
    progress.report({ phase: "downloading", bytes: held, totalBytes, attempt: requests });
    return true;
  }

  /** Starts from nothing, because what is held is not of the object that the server has now. */
  async function giveUpHeld(why: Obstacle): Promise<void> {
    if (why !== "ignored") changes++;
    // What comes only once, or only until its body began, is not asked for again, however odd the answer.
    const isSpent = source.repeat !== "safe" || changes > maxChanges;
    // What shares a file with others cannot begin it anew by itself.
    if (end || isSpent || (held > 0 && !(await startAgain?.()))) throw obstacleError(why, name);
    logger.warn("starting again", { operation: source.operation, reason: why, heldBytes: held });
    forget();
  }

  function forget(): void {
    held = 0;
    resumedFromByte = 0; // what the earlier run left is not in the file
  }

  /** Waits for another try, or throws the error that ends the transfer. */
  async function recover(error: unknown): Promise<void> {
    signal.throwIfAborted();
    await body?.cancel();
    const begun = body !== undefined;
    body = undefined;
    isReceiving = false;
    if (end) throw error;
    const repeat = begun && source.repeat === "before-body" ? "never" : source.repeat;
    if (++failures >= retry.maxAttempts || !mayRepeat(error, repeat)) throw error;
    const canResume = held === 0 || conditionalRange(validators ?? {}, held) !== undefined;
    if (!canResume && !(await startAgain?.())) throw error;
    if (!canResume) forget();
    const { code, message } = error as CloudhaulError;
    const about = { operation: source.operation, attempt: requests, code, reason: message, heldBytes: held };
    logger.warn("trying again", about);
    progress.report({ phase: "waiting", bytes: held, attempt: requests });
    await backOff(error, failures, retry, signal);
  }

  /** The next bytes before the end, wherever that is once they have come. */
  async function next(wantedBytes: number): Promise<readonly Uint8Array[] | undefined> {
    const came = behind.length > 0 ? behind : await readInTime(body, wantedBytes, stallTimeoutMs, held);
    behind = [];
    if (!came || !end) return came;
    const [fits, rest] = splitAt(came, end(held + byteCount(came)) - held);
    behind = rest;
    return fits;
  }

  function pass(): undefined {
    if (suspicion) throw suspicion;
    sha256 = checks.finish();
    isFinished = true;
  }

  const describeNow = () => {
    info ??= describe(first, source, name, validators?.totalBytes, settings.held?.fileName);
    return info;
  };
  await connect();
  return {
    info: describeNow(),
    validators: () => validators ?? {},
    async read(wantedBytes) {
      for (;;) {
        try {
          if (end && held >= end(held)) return await body?.cancel().then(() => undefined);
          const batch = isComplete ? undefined : await next(wantedBytes);
          signal.throwIfAborted();
          const bytes = byteCount(batch ?? []);
          // What is wrong with an unfit answer is told at its end, and not what of its length follows from that.
          if (!suspicion) checkLength(validators?.totalBytes, held + bytes, batch === undefined, name);
          if (!batch) return pass();
          checks.update(batch);
          held += bytes;
          if (held >= furthest + progressBytes) {
            furthest = held;
            failures = 0;
          }
          progress.report({ bytes: held });
          await pace.spend(bytes, signal);
          return batch;
        } catch (error) {
          await recover(error);
          await connect();
        }
      }
    },
    result: () => ({
      ...describeNow(),
      bytes: held,
      sha256,
      attempts: requests,
      resumedFromByte,
      elapsedMs: Math.round(performance.now() - startedAt),
    }),
    heldBytes: () => held,
    async rewind(toByte) {
      await body?.cancel();
      held = toByte;
      resumedFromByte = Math.min(resumedFromByte, toByte);
      await connect();
    },
    canSplit() {
      const proof = validators && conditionalRange(validators, 1);
      const isRefused = first?.headers["accept-ranges"] === "none";
      const isFree = source.repeat === "safe" && source.pace === undefined && !isRefused && isReceiving;
      return isFree && proof !== undefined && validators?.totalBytes !== undefined;
    },
    async part(start, partEnd, partSignal) {
      requests++;
      const part = { held: { bytes: start, validators: validators ?? {} }, end: partEnd, checks: noChecks };
      const own = { ...part, pace, stallTimeoutMs, signal: partSignal, progress: createProgress(undefined) };
      return startTransfer(source, own);
    },
    endAt(newEnd) {
      end = newEnd;
    },
    halt: async () => body?.cancel(),
    async startAgain() {
      await body?.cancel();
      end = undefined;
      held = Math.max(held, 1); // others brought more, even where it brought nothing
      await giveUpHeld("changed");
      await connect();
    },
    finish(bytes) {
      held = bytes;
      checkLength(validators?.totalBytes, held, true, name);
      pass();
    },
    isFinished: () => isFinished,
    async cancel() {
      left.abort(new Error("The reader has left."));
      await body?.cancel();
    },
  };
}
