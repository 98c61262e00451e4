import type { AnswerSchema } from "@cloudhaul/core-http";
import { z } from "zod";
import type { FoundTasks, Task } from "./tasks.ts";

const textOrNumber = z.union([z.string(), z.number()]).nullish();
const raw = textOrNumber.transform((value) => (value === null || value === "" ? undefined : value));
const text = textOrNumber.transform((value) =>
  value === null || value === undefined ? undefined : `${value}`,
);
const count = textOrNumber.transform((value) => (/^\d+$/.test(String(value)) ? Number(value) : undefined));
const time = textOrNumber.transform(dateOf);

/** Milliseconds as in the sample, or a date in text. A task that has not ended may have an end of 0. */
function dateOf(value: string | number | null | undefined): Date | undefined {
  if (value === null || value === undefined || Number(value) === 0) return undefined;
  const date = new Date(/^\d+$/.test(String(value)) ? Number(value) : value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const taskAnswer = z
  .looseObject({
    task_id: text,
    resource: text,
    task_name: text,
    task_type: raw,
    task_status: raw,
    total_count: count,
    success_count: count,
    failure_count: count,
    begin_time: time,
    end_time: time,
    operator: text,
    user_id: text,
  })
  .transform((answer) => ({
    taskId: answer.task_id,
    resource: answer.resource,
    name: answer.task_name,
    type: answer.task_type,
    status: answer.task_status,
    totalCount: answer.total_count,
    successCount: answer.success_count,
    failureCount: answer.failure_count,
    startedAt: answer.begin_time,
    endedAt: answer.end_time,
    operator: answer.operator,
    userId: answer.user_id,
  }));

/** The answer of `ShowTask`. */
export const task: AnswerSchema<Task> = taskAnswer;

/** The answer of `SearchTask`. */
export const foundTasks: AnswerSchema<FoundTasks> = z
  .looseObject({ count, data: z.array(taskAnswer).nullish() })
  .transform(({ count, data }) => ({ count, tasks: data ?? [] }));

/** The answer of `ExportResource`. */
export const startedExport: AnswerSchema<{ readonly value: string | undefined }> = z
  .looseObject({ value: text })
  .transform(({ value }) => ({ value: value || undefined }));
