import { Readable } from "node:stream";
import { type CheckedOptions, checkInput } from "./check-input.ts";
import { createChecks } from "./checks.ts";
import type { Destination, DestinationWriter, TransferResult } from "./destination.ts";
import type { BytesOptions, DownloadStream, FileOptions, SavedFile, TransferOptions } from "./download.ts";
import type { DownloadSource } from "./download-source.ts";
import { ConfigurationError } from "./errors.ts";
import { type Consumption, createOnceOnly, onceOnlyFailure } from "./once-only.ts";
import { createPace } from "./pace.ts";
import { createProgress } from "./progress.ts";
import { saveFile } from "./save-file.ts";
import { beforePublish, type SetFileOptions } from "./save-request.ts";
import { openSpooled, type Spooled } from "./spool.ts";
import { startTransfer, type Transfer, type TransferSettings } from "./transfer.ts";

/** The rules of {@link TransferOptions}. */
export const transferRules: CheckedOptions = {
  signal: { type: "object" },
  onProgress: { type: "function" },
  maxBytesPerSecond: { type: "integer", min: 1 },
  stallTimeoutMs: { type: "integer", min: 1, max: 2 ** 31 - 1 },
  sha256: {},
};
/** The rules of {@link FileOptions}. */
export const fileRules: CheckedOptions = {
  ...transferRules,
  overwrite: { values: [false, true, "if-different"] },
  fsync: { type: "boolean" },
};
const lossRules: CheckedOptions = { ...transferRules, acceptLoss: { type: "boolean" }, spoolDirectory: {} };
const bytesRules: CheckedOptions = { ...lossRules, maxBytes: { type: "integer", min: 0, required: true } };

/** Few large writes cost less than many small ones; beyond this they cost the same. */
const writeBytes = 512 * 1024;

export async function toFile(
  source: DownloadSource,
  consumption: Consumption,
  path: string,
  options: FileOptions,
): Promise<SavedFile> {
  checkInput({ path: { required: true } }, { path });
  checkInput(fileRules, options);
  const transfer = transferSettings(source, options);
  const onceOnly =
    source.repeat === "never" ? createOnceOnly(source, consumption, options.signal) : undefined;
  const { overwrite = false, fsync = true } = options;
  try {
    const hook = (options as SetFileOptions)[beforePublish];
    return await saveFile({
      source,
      target: path,
      overwrite,
      fsync,
      transfer,
      onceOnly,
      beforePublish: hook,
    });
  } finally {
    onceOnly?.end();
  }
}

export async function toDestination(
  source: DownloadSource,
  consumption: Consumption,
  destination: Destination,
  options: TransferOptions,
): Promise<TransferResult> {
  checkInput(lossRules, options);
  let writer: DestinationWriter | undefined;
  const startAgain = async (): Promise<boolean> => {
    await writer?.startAgain?.();
    return writer === undefined || writer.startAgain !== undefined;
  };
  const [transfer, spooled] = await begin(source, consumption, options, startAgain);
  try {
    writer = await destination.open(transfer.info, { signal: options.signal });
    for (let batch = await transfer.read(writeBytes); batch; batch = await transfer.read(writeBytes)) {
      await writer.write(batch);
      options.signal?.throwIfAborted();
    }
    const result = transfer.result();
    await writer.commit(result);
    await spooled?.remove();
    return result;
  } catch (error) {
    await transfer.cancel();
    await writer?.abort(error).catch((cause: unknown) => {
      // What ended the transfer matters more to the caller than what is left to tidy up.
      source.settings.logger.warn("could not tidy up", {
        operation: source.operation,
        reason: String(cause),
      });
    });
    options.signal?.throwIfAborted();
    throw source.repeat === "never" ? onceOnlyFailure(error, source, transfer, spooled?.path, true) : error;
  }
}

export async function toBytes(
  source: DownloadSource,
  consumption: Consumption,
  options: BytesOptions,
): Promise<Buffer> {
  checkInput(bytesRules, options ?? {});
  const { maxBytes, ...transferOptions } = options;
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  const refuseBeyond = (count: number): void => {
    if (count <= maxBytes) return;
    const text = `The file is longer than maxBytes (${maxBytes}). Raise it, or save the file with toFile.`;
    throw new ConfigurationError("maxBytes", text);
  };
  const memory: Destination = {
    async open({ totalBytes = 0 }) {
      refuseBeyond(totalBytes);
      return {
        async write(batch) {
          for (const chunk of batch) bytes += chunks.push(chunk) && chunk.byteLength;
          refuseBeyond(bytes);
        },
        async startAgain() {
          chunks = [];
          bytes = 0;
        },
        commit: async () => {},
        abort: async () => {},
      };
    },
  };
  await toDestination(source, consumption, memory, transferOptions);
  return Buffer.concat(chunks);
}

export async function toStream(
  source: DownloadSource,
  consumption: Consumption,
  options: TransferOptions,
): Promise<DownloadStream> {
  checkInput(lossRules, options);
  let isDelivered = false;
  const [transfer, spooled] = await begin(source, consumption, options, async () => !isDelivered);
  const onAbort = (): void => void stream.destroy(options.signal?.reason);
  const withLoss = (error: unknown): Error => {
    const isOnceOnly = source.repeat === "never" && !options.signal?.aborted;
    return (isOnceOnly ? onceOnlyFailure(error, source, transfer, spooled?.path, true) : error) as Error;
  };
  const next = async (): Promise<void> => {
    const batch = await transfer.read(1);
    if (!batch) {
      await spooled?.remove();
      stream.push(null);
    }
    isDelivered ||= batch !== undefined;
    for (const chunk of batch ?? []) stream.push(chunk);
  };
  const stream = new Readable({
    read() {
      next().catch((error) => this.destroy(withLoss(error)));
    },
    destroy(error, callback) {
      options.signal?.removeEventListener("abort", onAbort);
      transfer.cancel().then(() => callback(error), callback);
    },
  });
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  return Object.assign(stream, { info: transfer.info });
}

function transferSettings(source: DownloadSource, options: TransferOptions): TransferSettings {
  const { sha256 = "compute", signal } = options;
  if (!/^(compute|off|[0-9a-f]{64})$/i.test(sha256)) {
    throw new ConfigurationError("sha256", 'sha256 must be "compute", "off" or 64 hex digits.');
  }
  return {
    signal,
    progress: createProgress(options.onProgress),
    pace: createPace(options.maxBytesPerSecond),
    checks: createChecks(sha256, source.content),
    stallTimeoutMs: options.stallTimeoutMs ?? 30_000,
  };
}

/** Starts a transfer to something other than a file; what comes only once is spooled first, unless its loss is accepted. */
async function begin(
  source: DownloadSource,
  consumption: Consumption,
  options: TransferOptions,
  startAgain: () => Promise<boolean>,
): Promise<[transfer: Transfer, spooled?: Spooled]> {
  const { spoolDirectory, acceptLoss, ...fileOptions } = options;
  if (source.repeat !== "never")
    return [await startTransfer(source, { ...transferSettings(source, options), startAgain })];
  if (spoolDirectory) {
    const folder = spoolDirectory.endsWith("/") ? spoolDirectory : `${spoolDirectory}/`;
    const spooled = await openSpooled(await toFile(source, consumption, folder, fileOptions));
    return [spooled, spooled];
  }
  if (!acceptLoss) {
    const text = `${source.operation} gives the file only once: save it with toFile, give a spoolDirectory, or set acceptLoss: true to risk losing it.`;
    throw new ConfigurationError("acceptLoss", text);
  }
  const settings = transferSettings(source, options);
  const onceOnly = createOnceOnly(source, consumption, options.signal);
  try {
    await onceOnly.prepare();
    return [await startTransfer(source, settings)];
  } catch (error) {
    const isSpent = onceOnly.mayBeSpent(error, undefined);
    options.signal?.throwIfAborted();
    throw onceOnlyFailure(error, source, undefined, undefined, isSpent);
  }
}
