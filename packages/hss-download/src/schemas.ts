import type { AnswerSchema, OffsetPage } from "@cloudhaul/core-http";
import { z } from "zod";
import type { ExportTask, OperationReport, StartedExport } from "./options.ts";

const text = z.string().nullish();
/** A number, or a text of one. Nothing hangs on it: an export must not fail for it. */
const count = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => (/^\d+$/.test(String(value)) ? Number(value) : undefined));

/** The answer of every operation that starts an export. */
export const startedExport: AnswerSchema<StartedExport> = z
  .looseObject({ task_id: z.string().min(1), record_total_num: count })
  .transform(({ task_id, record_total_num }) => ({ taskId: task_id, recordTotal: record_total_num }));

/** The answer of each of the three operations that tell of an export task. */
export const exportTask: AnswerSchema<Omit<ExportTask, "taskId">> = z
  .looseObject({
    task_id: text,
    task_name: text,
    task_status: z.string().min(1),
    file_id: text,
    file_name: text,
  })
  .transform(({ task_id, task_name, task_status, file_id, file_name, ...others }) => ({
    taskName: task_name ?? undefined,
    status: task_status,
    fileId: file_id || undefined,
    fileName: file_name || undefined,
    reason: Object.keys(others).length > 0 ? JSON.stringify(others) : undefined,
  }));

const operationReport = z
  .looseObject({
    report_id: z.string().min(1),
    current_month: count,
    current_month_start: count,
    current_month_end: count,
    create_time: count,
  })
  .transform(({ report_id, current_month, current_month_start, current_month_end, create_time }) => ({
    reportId: report_id,
    currentMonth: current_month,
    currentMonthStart: current_month_start,
    currentMonthEnd: current_month_end,
    createTime: create_time,
  }));

/** The answer of `ListMonthlyOperationReports`. */
export const operationReports: AnswerSchema<OffsetPage<OperationReport>> = z
  .looseObject({ data_list: z.array(operationReport).nullish(), total_num: count })
  .transform(({ data_list, total_num }) => ({ items: data_list ?? [], total: total_num }));
