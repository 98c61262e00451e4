import { Readable } from "node:stream";
import { type CheckedOptions, checkInput } from "./check-input.ts";
import { createChecks } from "./checks.ts";
import type { Destination, DestinationWriter, TransferResult } from "./destination.ts";
import type { BytesOptions, DownloadStream, FileOptions, SavedFile, TransferOptions } from "./download.ts";
import { OnceOnlyDownloadError } from "./download-errors.ts";
import type { DownloadPlan } from "./download-source.ts";
import { ConfigurationError } from "./errors.ts";
import { type Consumption, createOnceOnly, onceOnlyFailure } from "./once-only.ts";
import { createPace } from "./pace.ts";
import { createProgress } from "./progress.ts";
import { createExportRun, type ExportRun, sourceOf } from "./run-export.ts";
import { saveFile } from "./save-file.ts";
import { beforePublish, type SetFileOptions } from "./save-request.ts";
import { openSpooled } from "./spool.ts";
import { startTransfer, type Transfer } from "./transfer.ts";
import type { TransferSettings } from "./transfer-settings.ts";

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
  connections: { type: "integer", min: 1, max: 64 },
};
const lossRules: CheckedOptions = { ...transferRules, acceptLoss: { type: "boolean" }, spoolDirectory: {} };
const bytesRules: CheckedOptions = { ...lossRules, maxBytes: { type: "integer", min: 0, required: true } };

/** A network that loses one archive after the other is no reason to export for ever. */
const maxExports = 3;

/** Few large writes cost less than many small ones; beyond this they cost the same. */
const writeBytes = 512 * 1024;

export async function toFile(
  plan: DownloadPlan,
  consumption: Consumption,
  path: string,
  options: FileOptions,
): Promise<SavedFile> {
  checkInput({ path: { required: true } }, { path });
  checkInput(fileRules, options);
  for (let exports = 1; ; exports++) {
    const onceOnly = plan.repeat === "never" ? createOnceOnly(plan, consumption, options.signal) : undefined;
    try {
      return await saveFile({
        plan,
        run: exportRun(plan, consumption),
        replacesLost: exports > 1,
        target: path,
        overwrite: options.overwrite ?? false,
        fsync: options.fsync ?? true,
        connections: options.connections ?? 1,
        transfer: transferSettings(plan, options),
        onceOnly,
        beforePublish: (options as SetFileOptions)[beforePublish],
      });
    } catch (error) {
      const mayExportAgain = "onLost" in plan && plan.onLost === "export-again" && exports < maxExports;
      if (!mayExportAgain || !OnceOnlyDownloadError.isInstance(error)) throw error;
      const about = { operation: plan.operation, reason: error.message };
      plan.settings.logger.warn("exporting again: the file that comes only once was lost", about);
      consumption.used = false;
      consumption.run?.forget();
    } finally {
      onceOnly?.end();
    }
  }
}

export async function toDestination(
  plan: DownloadPlan,
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
  const { transfer, spoolPath, end } = await begin(plan, consumption, options, startAgain);
  try {
    writer = await destination.open(transfer.info, { signal: options.signal });
    for (let batch = await transfer.read(writeBytes); batch; batch = await transfer.read(writeBytes)) {
      await writer.write(batch.map((chunk) => Buffer.from(chunk))); // the store may keep them; our memory is used again
      options.signal?.throwIfAborted(); // a spooled file would be read on
    }
    const result = transfer.result();
    await writer.commit(result);
    await end();
    return result;
  } catch (error) {
    await transfer.cancel();
    await writer?.abort(error).catch((cause: unknown) => {
      // What ended the transfer matters more to the caller than what is left to tidy up.
      plan.settings.logger.warn("could not tidy up", {
        operation: plan.operation,
        reason: String(cause),
      });
    });
    options.signal?.throwIfAborted();
    throw plan.repeat === "never" ? onceOnlyFailure(error, plan, transfer, spoolPath, true) : error;
  }
}

export async function toBytes(
  plan: DownloadPlan,
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
  await toDestination(plan, consumption, memory, transferOptions);
  return Buffer.concat(chunks);
}

export async function toStream(
  plan: DownloadPlan,
  consumption: Consumption,
  options: TransferOptions,
): Promise<DownloadStream> {
  checkInput(lossRules, options);
  let isDelivered = false;
  const { transfer, spoolPath, end } = await begin(plan, consumption, options, async () => !isDelivered);
  const onAbort = (): void => void stream.destroy(options.signal?.reason);
  const withLoss = (error: unknown): Error => {
    const isOnceOnly = plan.repeat === "never" && !options.signal?.aborted;
    return (isOnceOnly ? onceOnlyFailure(error, plan, transfer, spoolPath, true) : error) as Error;
  };
  const next = async (): Promise<void> => {
    const batch = await transfer.read(1);
    if (!batch) {
      await end();
      stream.push(null);
    }
    isDelivered ||= batch !== undefined;
    for (const chunk of batch ?? []) stream.push(Buffer.from(chunk)); // a copy: that memory is used again
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

function transferSettings(plan: DownloadPlan, options: TransferOptions): TransferSettings {
  const { sha256 = "compute", signal } = options;
  if (!/^(compute|off|[0-9a-f]{64})$/i.test(sha256)) {
    throw new ConfigurationError("sha256", 'sha256 must be "compute", "off" or 64 hex digits.');
  }
  return {
    signal,
    progress: createProgress(options.onProgress),
    pace: createPace(options.maxBytesPerSecond),
    checks: createChecks(sha256, plan.content),
    stallTimeoutMs: options.stallTimeoutMs ?? 30_000,
  };
}

/** The one export behind a plan that is a whole job. */
function exportRun(plan: DownloadPlan, consumption: Consumption): ExportRun | undefined {
  if ("start" in plan) consumption.run ??= createExportRun(plan);
  return consumption.run;
}

interface Begun {
  readonly transfer: Transfer;
  /** Where a file lies that comes only once, and was saved before it is handed on. */
  readonly spoolPath?: string | undefined;
  /** All of it was handed on. */
  end(): Promise<void>;
}

/** Starts a transfer to something other than a file; what comes only once is spooled first, unless its loss is accepted. */
async function begin(
  plan: DownloadPlan,
  consumption: Consumption,
  options: TransferOptions,
  startAgain: () => Promise<boolean>,
): Promise<Begun> {
  const { spoolDirectory, acceptLoss, ...fileOptions } = options;
  const run = exportRun(plan, consumption);
  const { signal } = options;
  const isOnceOnly = plan.repeat === "never";
  if (isOnceOnly && spoolDirectory) {
    const folder = spoolDirectory.endsWith("/") ? spoolDirectory : `${spoolDirectory}/`;
    const spooled = await openSpooled(await toFile(plan, consumption, folder, fileOptions));
    return { transfer: spooled, spoolPath: spooled.path, end: spooled.remove };
  }
  if (isOnceOnly && !acceptLoss) {
    const text = `${plan.operation} gives the file only once: save it with toFile, give a spoolDirectory, or set acceptLoss: true to risk losing it.`;
    throw new ConfigurationError("acceptLoss", text);
  }
  const settings = transferSettings(plan, options);
  const end = async (): Promise<void> => run?.cleanUp(undefined, signal);
  const onceOnly = isOnceOnly ? createOnceOnly(plan, consumption, signal) : undefined;
  try {
    const source = await sourceOf(plan, run, { progress: settings.progress, signal });
    await onceOnly?.prepare();
    const transfer = await startTransfer(source, onceOnly ? settings : { ...settings, startAgain });
    return { transfer, end };
  } catch (error) {
    signal?.throwIfAborted();
    throw onceOnly?.mayBeSpent(error, undefined)
      ? onceOnlyFailure(error, plan, undefined, undefined, true)
      : error;
  } finally {
    onceOnly?.end();
  }
}
