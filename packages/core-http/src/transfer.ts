import { type Checks, pageError } from "./checks.ts";
import type { DownloadInfo, TransferResult } from "./destination.ts";
import { IntegrityError, type IntegrityReason } from "./download-errors.ts";
import { type DownloadSource, identityText } from "./download-source.ts";
import { type CloudhaulError, TimeoutError, TransportError } from "./errors.ts";
import { fileNameFromDisposition, safeFileName } from "./file-name.ts";
import type { Pace } from "./pace.ts";
import type { Progress } from "./progress.ts";
import { backOff, mayRepeat } from "./retry.ts";
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

/** How one transfer runs. */
export interface TransferSettings {
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
  readonly pace: Pace;
  readonly checks: Checks;
  readonly stallTimeoutMs: number;
  /** Bytes that an earlier run left, and what tells the object that they are of. */
  readonly held?:
    | { readonly bytes: number; readonly validators: Validators; readonly fileName?: string | undefined }
    | undefined;
  /** Whether an answer that cannot be the file is read even so, and refused at its end: what comes only once is kept whatever it is. */
  readonly keepsUnfit?: boolean | undefined;
  /** Takes back every byte that was handed out; resolves to false where that cannot be done, of a stream for one. */
  readonly startAgain?: (() => Promise<boolean>) | undefined;
}

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

/** An object that changes all the time is never whole. */
const maxChanges = 3;

/** So much must have come for the tries to be counted anew: a drip must not go on for ever. */
const progressBytes = 64 * 1024;

/** Why what is held cannot be gone on with. */
const obstacles = {
  changed: { reason: "changed", words: "was replaced by another object while it was downloaded" },
  range: { reason: "range", words: "answered with another part than the one asked for" },
  ignored: { reason: "range", words: "was cut, and the server cannot go on where it stopped" },
} as const satisfies Record<string, { readonly reason: IntegrityReason; readonly words: string }>;

/** Sends the request, as often as its repeat class allows, and resolves once the bytes begin. */
export async function startTransfer(source: DownloadSource, settings: TransferSettings): Promise<Transfer> {
  const startedAt = performance.now();
  const { progress, pace, checks, startAgain } = settings;
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
  let furthest = held;
  let requests = 0;
  let failures = 0;
  let changes = 0;
  let isComplete = false;
  let suspicion: IntegrityError | undefined;
  let sha256: string | undefined;

  /** Opens the way to the next byte, or throws what makes it hopeless. */
  async function connect(): Promise<void> {
    for (;;) {
      try {
        if (await accept(await ask())) return;
      } catch (error) {
        await recover(error);
      }
    }
  }

  async function ask(): Promise<HttpResponse> {
    progress.report({ phase: "connecting", attempt: requests + 1, source: name });
    await source.pace?.(signal);
    requests++;
    const conditions = held > 0 && validators ? conditionalRange(validators, held) : undefined;
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
      : validators && held > 0
        ? judgeRest(validators, held, response)
        : judgeStart(response);
    if (verdict === "changed" || verdict === "misplaced") {
      await body.cancel();
      await giveUpHeld(verdict === "changed" ? "changed" : "range");
      return false;
    }
    if (verdict === "whole" && held > 0) await giveUpHeld("ignored"); // never append what starts from the start
    if (verdict === "complete") await body.cancel();
    // The page of a 416 has a type and a length of its own, which are not the file's.
    const about = response.status === 416 ? { ...response, headers: {} } : response;
    // Also where it goes on with what an earlier run left: checks that never began would pass anything.
    if (held === 0 || first === undefined) {
      checks.begin(about);
      first = about;
    }
    const told = validatorsOf(about);
    validators = held === 0 ? told : { ...validators, totalBytes: validators?.totalBytes ?? told.totalBytes };
    isComplete = verdict === "complete";
    const { totalBytes } = validators;
    progress.report({ phase: "downloading", bytes: held, totalBytes, attempt: requests });
    return true;
  }

  /** Starts from nothing, because what is held is not of the object that the server has now. */
  async function giveUpHeld(why: keyof typeof obstacles): Promise<void> {
    if (why !== "ignored") changes++;
    // What comes only once, or only until its body began, is not asked for again, however odd the answer.
    if (source.repeat !== "safe" || changes > maxChanges || (held > 0 && !(await startAgain?.()))) {
      const { reason, words } = obstacles[why];
      throw new IntegrityError({ reason }, `${name} ${words}. Try again, from the start.`);
    }
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
    const repeat = begun && source.repeat === "before-body" ? "never" : source.repeat;
    if (++failures >= retry.maxAttempts || !mayRepeat(error, repeat)) throw error;
    const canResume =
      held === 0 || (validators !== undefined && conditionalRange(validators, held) !== undefined);
    if (!canResume && !(await startAgain?.())) throw error;
    if (!canResume) forget();
    const { code, message } = error as CloudhaulError;
    logger.warn("trying again", {
      operation: source.operation,
      attempt: requests,
      code,
      reason: message,
      heldBytes: held,
    });
    progress.report({ phase: "waiting", bytes: held, attempt: requests });
    await backOff(error, failures, retry, signal);
  }

  const describeNow = () => describe(first, source, name, validators?.totalBytes, settings.held?.fileName);
  await connect();
  return {
    info: describeNow(),
    validators: () => validators ?? {},
    async read(wantedBytes) {
      for (;;) {
        try {
          const batch = isComplete
            ? undefined
            : await readInTime(body, wantedBytes, settings.stallTimeoutMs, held);
          signal?.throwIfAborted();
          const bytes = batch?.reduce((sum, chunk) => sum + chunk.byteLength, 0) ?? 0;
          checkLength(validators?.totalBytes, held + bytes, batch === undefined, name);
          if (!batch) {
            if (suspicion) throw suspicion;
            sha256 = checks.finish();
            return undefined;
          }
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
      resumedFromByte = toByte;
      await connect();
    },
    async cancel() {
      left.abort(new Error("The reader has left."));
      await body?.cancel();
    },
  };
}

function describe(
  response: HttpResponse | undefined,
  source: DownloadSource,
  name: string,
  totalBytes: number | undefined,
  earlierName: string | undefined,
): DownloadInfo {
  const headers = response?.headers ?? {};
  const fromServer = safeFileName(fileNameFromDisposition(headers["content-disposition"]) ?? "");
  return {
    fileName: fromServer ?? earlierName ?? safeFileName(source.fileName ?? "") ?? "download",
    totalBytes,
    contentType: headers["content-type"],
    etag: headers.etag,
    requestId: headers["x-request-id"] ?? headers["x-obs-request-id"],
    source: name,
  };
}

/** A reader that waits is not the one pausing, so the time in here is the time without a byte. */
async function readInTime(
  body: HttpResponse["body"] | undefined,
  wantedBytes: number,
  stallTimeoutMs: number,
  held: number,
): Promise<readonly Uint8Array[] | undefined> {
  let stall: TimeoutError | undefined;
  const timer = setTimeout(() => {
    const text = `No byte came for ${stallTimeoutMs} ms, after ${held}. Try again, or raise stallTimeoutMs.`;
    stall = new TimeoutError({ phase: "body", timeoutMs: stallTimeoutMs }, text);
    void body?.cancel();
  }, stallTimeoutMs);
  try {
    const batch = await body?.read(wantedBytes);
    if (stall) throw stall; // a cancelled body that looks like one that ended would publish half a file
    return batch;
  } catch (error) {
    throw stall ?? error;
  } finally {
    clearTimeout(timer);
  }
}

function checkLength(total: number | undefined, held: number, ended: boolean, name: string): void {
  if (total === undefined || held === total || (held < total && !ended)) return;
  // A body that ends early without an error: seen with transports that do not count, and with a 206 of half the rest.
  if (held < total)
    throw new TransportError("CONNECTION_LOST", "body", `${name} ended after ${held} of ${total} bytes.`);
  const text = `${name} sent more than the ${total} bytes that it announced.`;
  throw new IntegrityError({ reason: "length", expected: String(total), received: `over ${total}` }, text);
}
