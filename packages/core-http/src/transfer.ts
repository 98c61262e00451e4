import { createHash, type Hash } from "node:crypto";
import type { DownloadInfo, TransferResult } from "./destination.ts";
import { IntegrityError } from "./download-errors.ts";
import { type DownloadSource, identityText } from "./download-source.ts";
import { TimeoutError, TransportError } from "./errors.ts";
import { fileNameFromDisposition, safeFileName } from "./file-name.ts";
import type { Progress } from "./progress.ts";
import { withRetry } from "./retry.ts";
import type { HttpResponse } from "./transport.ts";

/** How one transfer runs; see {@link TransferOptions} for what each means. */
export interface TransferSettings {
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
  readonly stallTimeoutMs: number;
  readonly sha256: "compute" | "off" | string;
}

/** The bytes of one download, checked as they pass. */
export interface Transfer {
  readonly info: DownloadInfo;
  /** The next bytes, or `undefined` once all have come and every check has passed. */
  read(wantedBytes: number): Promise<readonly Uint8Array[] | undefined>;
  /** What came. To be asked for after the end. */
  result(): TransferResult;
  /** Bytes that came so far. */
  receivedBytes(): number;
  /** Ends it early and closes the connection. */
  cancel(): Promise<void>;
}

/** Sends the request, as often as its repeat class allows, and resolves once the bytes begin. */
export async function startTransfer(source: DownloadSource, settings: TransferSettings): Promise<Transfer> {
  const startedAt = performance.now();
  const { signal, progress } = settings;
  const name = identityText(await source.identity(signal));
  let attempts = 0;
  const response = await withRetry(
    async (attempt) => {
      attempts = attempt;
      progress.report({ phase: "connecting", attempt, source: name });
      return source.open({ "accept-encoding": "identity" }, signal);
    },
    {
      policy: source.settings.retry,
      repeat: source.repeat,
      signal,
      onRetry: (error, attempt) => {
        progress.report({ phase: "waiting", attempt });
        source.settings.logger.warn("trying again", {
          operation: source.operation,
          attempt,
          code: error.code,
        });
      },
    },
  );
  const info = await describe(response, source, name);
  const hash = settings.sha256 === "off" ? undefined : createHash("sha256");
  let received = 0;
  let digest: string | undefined;
  progress.report({ phase: "downloading", totalBytes: info.totalBytes });

  return {
    info,
    async read(wantedBytes) {
      const batch = await readInTime(response, wantedBytes, settings, received);
      if (batch) {
        for (const chunk of batch) {
          received += chunk.byteLength;
          hash?.update(chunk);
        }
        checkNotTooLong(info, received);
        progress.report({ bytes: received });
        return batch;
      }
      checkLength(info, received);
      digest = checkDigest(hash, settings.sha256);
      return undefined;
    },
    result: () => ({
      ...info,
      bytes: received,
      sha256: digest,
      attempts,
      resumedFromByte: 0,
      elapsedMs: Math.round(performance.now() - startedAt),
    }),
    receivedBytes: () => received,
    cancel: () => response.body.cancel(),
  };
}

async function describe(response: HttpResponse, source: DownloadSource, name: string): Promise<DownloadInfo> {
  const { headers } = response;
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    await response.body.cancel();
    const text = `${source.operation} answered in the encoding ${encoding}, which was not asked for: the file cannot be checked.`;
    throw new IntegrityError({ reason: "encoding", expected: "identity", received: encoding }, text);
  }
  const length = headers["content-length"];
  const fromServer = safeFileName(fileNameFromDisposition(headers["content-disposition"]) ?? "");
  return {
    fileName: fromServer ?? safeFileName(source.fileName ?? "") ?? "download",
    totalBytes: length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined,
    contentType: headers["content-type"],
    etag: headers.etag,
    requestId: headers["x-request-id"] ?? headers["x-obs-request-id"],
    source: name,
  };
}

/** A reader that waits is not the one pausing, so the time in here is the time without a byte. */
async function readInTime(
  response: HttpResponse,
  wantedBytes: number,
  { stallTimeoutMs, signal }: TransferSettings,
  received: number,
): Promise<readonly Uint8Array[] | undefined> {
  let stall: TimeoutError | undefined;
  const timer = setTimeout(() => {
    const text = `No byte came for ${stallTimeoutMs} ms, after ${received}. Try again, or raise stallTimeoutMs.`;
    stall = new TimeoutError({ phase: "body", timeoutMs: stallTimeoutMs }, text);
    void response.body.cancel();
  }, stallTimeoutMs);
  try {
    const batch = await response.body.read(wantedBytes);
    if (stall) throw stall; // a cancelled body that looks like one that ended would publish half a file
    return batch;
  } catch (error) {
    signal?.throwIfAborted();
    throw stall ?? error;
  } finally {
    clearTimeout(timer);
  }
}

function checkNotTooLong({ totalBytes, source }: DownloadInfo, received: number): void {
  if (totalBytes === undefined || received <= totalBytes) return;
  const text = `${source} sent more than the ${totalBytes} bytes that it announced.`;
  throw new IntegrityError(
    { reason: "length", expected: String(totalBytes), received: `over ${totalBytes}` },
    text,
  );
}

/** A body that ends early without an error: seen with transports that do not count. */
function checkLength({ totalBytes, source }: DownloadInfo, received: number): void {
  if (totalBytes === undefined || received === totalBytes) return;
  throw new TransportError(
    "CONNECTION_LOST",
    "body",
    `${source} ended after ${received} of ${totalBytes} bytes.`,
  );
}

function checkDigest(hash: Hash | undefined, wanted: string): string | undefined {
  const digest = hash?.digest("hex");
  if (digest === undefined || wanted === "compute" || wanted.toLowerCase() === digest) return digest;
  const text = "The sha256 of the bytes is not the one expected: this is another file, or a damaged one.";
  throw new IntegrityError({ reason: "digest", expected: wanted.toLowerCase(), received: digest }, text);
}
