import type { AnswerSchema, MarkerPage } from "@cloudhaul/core-http";
import { z } from "zod";
import type { BatchTask, ExportTask } from "./tasks.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const number = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => (/^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : undefined));
/** Export tasks write `2025-12-02T08:00:00.000Z`, batch tasks `20251202T080000Z`. */
const time = text.transform(dateOf);

function dateOf(value: string | undefined): Date | undefined {
  const spread = value?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z") ?? "";
  const date = new Date(spread);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const exportTaskAnswer = z
  .looseObject({
    export_task_id: z.string().min(1),
    status: text,
    progress: number,
    export_count: number,
    resource_condition: z.looseObject({ task_id: text }).nullish(),
    app_type: text,
    app_id: text,
    create_time: time,
    end_time: time,
  })
  .transform((task) => ({
    exportTaskId: task.export_task_id,
    status: task.status,
    progressPercent: task.progress,
    exportCount: task.export_count,
    taskId: task.resource_condition?.task_id,
    appType: task.app_type,
    appId: task.app_id,
    createdAt: task.create_time,
    endedAt: task.end_time,
  }));

/** The answer of `CreateExportTask`. */
export const exportTask: AnswerSchema<ExportTask> = exportTaskAnswer;

const page = z
  .looseObject({ marker: text })
  .nullish()
  .transform((value) => value?.marker || undefined);

/** The answer of `ListExportTasks`. */
export const exportTasks: AnswerSchema<MarkerPage<ExportTask>> = z
  .looseObject({ export_tasks: z.array(exportTaskAnswer).nullish(), page })
  .transform(({ export_tasks, page }) => ({ items: export_tasks ?? [], marker: page }));

const batchTaskAnswer = z
  .looseObject({
    task_id: z.string().min(1),
    task_name: text,
    task_type: text,
    status: text,
    status_desc: text,
    create_time: time,
  })
  .transform((task) => ({
    taskId: task.task_id,
    name: task.task_name,
    type: task.task_type,
    status: task.status,
    statusText: task.status_desc,
    createdAt: task.create_time,
  }));

/** The answer of `ListBatchTasks`. */
export const batchTasks: AnswerSchema<MarkerPage<BatchTask>> = z
  .looseObject({ batchtasks: z.array(batchTaskAnswer).nullish(), page })
  .transform(({ batchtasks, page }) => ({ items: batchtasks ?? [], marker: page }));

/** The answer of `ShowBatchTask`. */
export const batchTask: AnswerSchema<BatchTask> = z
  .looseObject({ batchtask: batchTaskAnswer })
  .transform(({ batchtask }) => batchtask);
