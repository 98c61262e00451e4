import { Readable } from "node:stream";
import { type CheckedOptions, checkInput } from "./check-input.ts";
import type { Destination, DestinationWriter, TransferResult } from "./destination.ts";
import type { BytesOptions, DownloadStream, FileOptions, SavedFile, TransferOptions } from "./download.ts";
import { IntegrityError, OnceOnlyDownloadError } from "./download-errors.ts";
import type { DownloadSource } from "./download-source.ts";
import { ConfigurationError, ServiceError, TimeoutError, TransportError } from "./errors.ts";
import { createFileDestination, type FileDestination } from "./file-destination.ts";
import { createProgress } from "./progress.ts";
import { startTransfer, type Transfer, type TransferSettings } from "./transfer.ts";

/** Whether a file that comes only once was asked for already. */
export interface Consumption {
  used: boolean;
}

const transferRules: CheckedOptions = {
  signal: { type: "object" },
  onProgress: { type: "function" },
  stallTimeoutMs: { type: "integer", min: 1 },
  sha256: {},
  acceptLoss: { type: "boolean" },
};
const fileRules: CheckedOptions = {
  ...transferRules,
  overwrite: { type: "boolean" },
  fsync: { type: "boolean" },
};
const bytesRules: CheckedOptions = {
  ...transferRules,
  maxBytes: { type: "integer", min: 0, required: true },
};

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
  const onceOnly = source.repeat === "never";
  const destination = await createFileDestination(path, {
    overwrite: options.overwrite ?? false,
    fsync: options.fsync ?? true,
    numberTakenNames: onceOnly,
    keepPartial: onceOnly,
  });
  const result = await carry(source, consumption, destination, options, destination);
  return { ...result, path: destination.path() };
}

export async function toDestination(
  source: DownloadSource,
  consumption: Consumption,
  destination: Destination,
  options: TransferOptions,
): Promise<TransferResult> {
  checkInput(transferRules, options);
  checkLossAccepted(source, options);
  return carry(source, consumption, destination, options);
}

export async function toBytes(
  source: DownloadSource,
  consumption: Consumption,
  options: BytesOptions,
): Promise<Buffer> {
  checkInput(bytesRules, options ?? {});
  checkLossAccepted(source, options);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const refuseBeyond = (count: number): void => {
    if (count <= options.maxBytes) return;
    const text = `The file is longer than maxBytes (${options.maxBytes}). Raise it, or save the file with toFile.`;
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
        commit: async () => {},
        abort: async () => {},
      };
    },
  };
  await carry(source, consumption, memory, options);
  return Buffer.concat(chunks);
}

export async function toStream(
  source: DownloadSource,
  consumption: Consumption,
  options: TransferOptions,
): Promise<DownloadStream> {
  checkInput(transferRules, options);
  checkLossAccepted(source, options);
  const transfer = await begin(source, consumption, transferSettings(options));
  const onAbort = (): void => void stream.destroy(options.signal?.reason);
  const stream = new Readable({
    read() {
      transfer.read(1).then(
        (batch) => {
          if (!batch) this.push(null);
          for (const chunk of batch ?? []) this.push(chunk);
        },
        (error) => this.destroy(error),
      );
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

function transferSettings(options: TransferOptions): TransferSettings {
  if (options.sha256 !== undefined && !/^(compute|off|[0-9a-f]{64})$/i.test(options.sha256)) {
    throw new ConfigurationError("sha256", 'sha256 must be "compute", "off" or 64 hex digits.');
  }
  return {
    signal: options.signal,
    progress: createProgress(options.onProgress),
    stallTimeoutMs: options.stallTimeoutMs ?? 30_000,
    sha256: options.sha256 ?? "compute",
  };
}

function checkLossAccepted(source: DownloadSource, options: TransferOptions): void {
  if (source.repeat !== "never" || options.acceptLoss) return;
  const text = `${source.operation} gives the file only once: save it with toFile, or set acceptLoss: true to risk losing it.`;
  throw new ConfigurationError("acceptLoss", text);
}

/** Starts the transfer; a file that comes only once is asked for once. */
async function begin(
  source: DownloadSource,
  consumption: Consumption,
  settings: TransferSettings,
): Promise<Transfer> {
  if (source.repeat !== "never") return startTransfer(source, settings);
  if (consumption.used) {
    const text = `${source.operation} gives the file only once, and this download was used already. Nothing was sent.`;
    throw new OnceOnlyDownloadError({ receivedBytes: 0, consumed: "unknown" }, text);
  }
  consumption.used = true;
  try {
    return await startTransfer(source, settings);
  } catch (error) {
    settings.signal?.throwIfAborted();
    const isLost =
      (TransportError.isInstance(error) || TimeoutError.isInstance(error)) && error.phase !== "connect";
    // A gateway that answers 502 or 504 does not know what the service behind it did.
    const mayHaveActed =
      isLost || (ServiceError.isInstance(error) && error.status >= 500 && error.kind === "server");
    consumption.used = mayHaveActed;
    if (!mayHaveActed) throw error;
    const text = `${source.operation} gives the file only once, and no answer came: it may be used up. Ask the service for a new export.`;
    throw new OnceOnlyDownloadError({ receivedBytes: 0, consumed: "unknown" }, text, { cause: error });
  }
}

/** Carries the bytes over and publishes them once all checks have passed. */
async function carry(
  source: DownloadSource,
  consumption: Consumption,
  destination: Destination,
  options: TransferOptions,
  file?: FileDestination,
): Promise<TransferResult> {
  const settings = transferSettings(options);
  const transfer = await begin(source, consumption, settings);
  let writer: DestinationWriter | undefined;
  try {
    writer = await destination.open(transfer.info, { signal: options.signal });
    for (let batch = await transfer.read(writeBytes); batch; batch = await transfer.read(writeBytes)) {
      await writer.write(batch);
      options.signal?.throwIfAborted();
    }
    settings.progress.report({ phase: "saving" });
    const result = transfer.result();
    await writer.commit(result);
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
    throw failure(error, source, transfer, file?.keptPath());
  }
}

/** The error, with the place where the bytes that came are kept. */
function failure(
  error: unknown,
  source: DownloadSource,
  transfer: Transfer,
  partialPath: string | undefined,
): unknown {
  if (source.repeat === "never") {
    const kept = partialPath ? ` What came is kept in ${partialPath}.` : "";
    const text = `${source.operation} gives the file only once, and it did not arrive whole.${kept}`;
    const fields = {
      partialPath,
      receivedBytes: transfer.receivedBytes(),
      expectedBytes: transfer.info.totalBytes,
    };
    return new OnceOnlyDownloadError({ ...fields, consumed: "yes" }, text, { cause: error });
  }
  if (!IntegrityError.isInstance(error) || !partialPath) return error;
  const { reason, expected, received } = error;
  const text = `${error.message} The suspect bytes are kept in ${partialPath}.`;
  return new IntegrityError({ reason, expected, received, partialPath }, text, { cause: error.cause });
}
