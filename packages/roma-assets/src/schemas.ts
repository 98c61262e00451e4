import type { AnswerSchema, OffsetPage } from "@cloudhaul/core-http";
import { z } from "zod";
import type { AssetFailure, AssetJob, RomaApp, RomaInstance, RomaTask } from "./assets.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

/** Times are texts on the newer page and numbers on the older one, which does not say whether of seconds. */
const time = z.union([z.string(), z.number()]).nullish().transform(dateOf);

function dateOf(value: string | number | null | undefined): Date | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  const isInSeconds = number < 100_000_000_000; // in milliseconds that would be 1973
  const date = new Date(Number.isNaN(number) ? value : isInSeconds ? number * 1000 : number);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const share = z.union([z.number(), z.string()]).nullish().transform(percentOf);

function percentOf(value: number | string | null | undefined): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) return undefined;
  return Math.min(100, Math.max(0, Math.round(number * 1000) / 10));
}

const unknownFailure = { resourceType: undefined, resourceName: undefined, errorCode: undefined };

const failure = z.union([
  z.looseObject({ resource_type: text, resource_name: text, error_code: text, error_msg: text }).transform(
    ({ resource_type, resource_name, error_code, error_msg }): AssetFailure => ({
      resourceType: resource_type,
      resourceName: resource_name,
      errorCode: error_code,
      errorMessage: error_msg,
    }),
  ),
  z.string().transform((errorMessage): AssetFailure => ({ ...unknownFailure, errorMessage })),
]);

const failures = z
  .union([z.array(failure), failure.transform((one) => [one])])
  .nullish()
  .transform((list): AssetFailure[] => list ?? []);

/** The answer of `CheckAssetJobStatus`, less the job's id where the service leaves it out. */
export const assetJob: AnswerSchema<Omit<AssetJob, "jobId">> = z
  .looseObject({
    type: text,
    status: z.string().min(1),
    progress_percent: share,
    archive_id: text,
    reasons: failures,
    reason: failures,
    begin_time: time,
    end_time: time,
  })
  .transform(({ type, status, reasons, reason, ...job }) => ({
    type,
    status: status.toUpperCase(),
    progressPercent: job.progress_percent,
    archiveId: job.archive_id || undefined,
    reasons: [...reasons, ...reason],
    startedAt: job.begin_time,
    endedAt: job.end_time,
  }));

/** The answer of `ExportAsset`. */
export const startedExport: AnswerSchema<{ readonly jobId: string }> = z
  .looseObject({ job_id: z.string().min(1) })
  .transform(({ job_id }) => ({ jobId: job_id }));

const total = z
  .number()
  .nullish()
  .transform((count) => count ?? undefined);

/** The answer of `CheckRomaInstanceListV2`. */
export const instances: AnswerSchema<OffsetPage<RomaInstance>> = z
  .looseObject({ total, instances: z.array(z.looseObject({ id: z.string(), name: text, status: text })) })
  .transform(({ total, instances }) => ({
    total,
    items: instances.map(({ id, name, status }) => ({ instanceId: id, name, status })),
  }));

/** The answer of `ListRomaApp`. Each application has a `key`, which is a secret and stays here. */
export const apps: AnswerSchema<OffsetPage<RomaApp>> = z
  .looseObject({ total, apps: z.array(z.looseObject({ id: z.string(), name: text, owner: text })) })
  .transform(({ total, apps }) => ({
    total,
    items: apps.map(({ id, name, owner }) => ({ appId: id, name, owner })),
  }));

/** The answer of `ListTasks`. */
export const tasks: AnswerSchema<OffsetPage<RomaTask>> = z
  .looseObject({
    total,
    entities: z.array(z.looseObject({ task_id: z.string(), task_name: text, task_type: text })),
  })
  .transform(({ total, entities }) => ({
    total,
    items: entities.map(({ task_id, task_name, task_type }) => ({
      ...{ taskId: task_id, name: task_name, type: task_type },
    })),
  }));
