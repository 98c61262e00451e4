import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  type CallOptions,
  type Download,
  ResponseFormatError,
  ServiceError,
  type StartQueue,
  stepWait,
  type TaskVerdict,
  type WaitOptions,
  waitForTask,
} from "@cloudhaul/core-http";
import type { AssetFailure, AssetJob, AssetJobInput } from "./assets.ts";
import { operations } from "./operations.ts";
import { type AssetExportInput, checkExportOptions, type ExportOptions, exportBody } from "./options.ts";

/** Starts a job, once. */
export async function startExport(
  client: ServiceClient,
  body: object,
  options?: CallOptions,
): Promise<string> {
  const schema = async () => (await import("./schemas.ts")).startedExport;
  return (await client.call(operations.startAssetExport, body, schema, options)).jobId;
}

/** Asks how far a job is. */
export async function getJob(
  client: ServiceClient,
  input: AssetJobInput,
  options?: CallOptions,
): Promise<AssetJob> {
  const schema = async () => (await import("./schemas.ts")).assetJob;
  return { jobId: input.jobId, ...(await client.call(operations.getAssetJob, input, schema, options)) };
}

/** Waits for a job by its id alone. */
export function waitForJob(
  client: ServiceClient,
  input: AssetJobInput,
  options: WaitOptions,
): Promise<AssetJob> {
  const { logger } = client.settings;
  const ask = (signal: AbortSignal | undefined): Promise<AssetJob> => getJob(client, input, { signal });
  return waitForTask({ taskId: input.jobId, logger, ask, judge }, options);
}

const states: Readonly<Record<string, TaskVerdict["state"]>> = { SUCCEEDED: "succeeded", FAILED: "failed" };

function judge({ status, progressPercent, reasons }: AssetJob): TaskVerdict {
  const reason = reasons.map(failureText).join("; ") || undefined;
  return { state: states[status] ?? "running", status, progressPercent, reason };
}

function failureText({ resourceType, resourceName, errorCode, errorMessage }: AssetFailure): string {
  const what = [resourceType, resourceName].filter(Boolean).join(" ");
  const why = [errorMessage, errorCode && `(${errorCode})`].filter(Boolean).join(" ");
  return [what, why].filter(Boolean).join(": ");
}

/** The plan of a whole job: its turn, the export, the wait, and the one download. */
export function planExport(
  client: ServiceClient,
  queue: StartQueue,
  input: AssetExportInput,
  options: ExportOptions,
): Download {
  const body = exportBody(input);
  checkExportOptions(options);
  const { instanceId } = input;
  return client.exportFile({
    operation: operations.startAssetExport,
    input: body,
    download: operations.downloadAssetPackage,
    start: (step) =>
      queue(() => startExport(client, body, { signal: step.signal }), { ...stepWait(options, step), isBusy }),
    async wait(jobId, step) {
      const { archiveId } = await waitForJob(client, { instanceId, jobId }, stepWait(options, step));
      if (archiveId === undefined) throw noArchive(jobId);
      return { instanceId, archiveId };
    },
    onLost: options.onLost,
  });
}

/** One job of a user runs at a time. */
function isBusy(error: unknown): boolean {
  return ServiceError.isInstance(error) && error.kind === "busy";
}

function noArchive(jobId: string): ResponseFormatError {
  const text = `The job ${jobId} succeeded, and the service names no archive. The service may have changed: look for a newer version.`;
  return new ResponseFormatError("archive_id", text);
}
