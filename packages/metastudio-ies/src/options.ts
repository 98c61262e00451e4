import type { ServiceClientOptions } from "@cloudhaul/core-auth";
import {
  type CheckedOptions,
  type ExportWaitOptions,
  exportWaitRules,
  type WaitOptions,
  waitRules,
} from "@cloudhaul/core-http";
import type { IsFinished } from "./tasks.ts";

/** Options of {@link createMetastudioIesClient}. Token and access key both work. */
export type MetastudioIesClientOptions = ServiceClientOptions;

/** What to download. */
export interface DownloadResultFileInput {
  /** `id`: the id of the import or export task; the file has none of its own. */
  readonly taskId: string;
}

/** Which task. */
export interface TaskInput {
  /** `id`: the id of the import or export task. */
  readonly taskId: string;
}

/** What to export. */
export interface ExportResourceInput {
  /** `resource`: for example `knowledge-intent-question-create`, the one name on the vendor's pages. The others are not documented. */
  readonly resource: string;
  /** `business_id`: for example the id of a skill whose questions and answers are exported. Default: not sent. */
  readonly businessId?: string | undefined;
}

/** What the template of an import is for. */
export interface DownloadTemplateInput {
  /** `resource`: as for an export. */
  readonly resource: string;
}

/** Which tasks to search for. */
export interface SearchTasksInput {
  /** `resource`: those of any of these. Default: all. */
  readonly resources?: readonly string[] | undefined;
  /** `business_id`. Default: all. */
  readonly businessId?: string | undefined;
  /** `begin_time`: those of this moment and later. That it is compared with a task's start is not documented. */
  readonly beginTime?: Date | undefined;
  /** `end_time`: those of this moment and earlier. */
  readonly endTime?: Date | undefined;
}

/** How to wait for a task. */
export interface WaitForTaskOptions extends WaitOptions {
  /**
   * Tells whether a task has ended, by what is known of its `task_status`, whose values are not documented. Default: it has
   * when it has an end time, or when its successes and failures make up its total. Without this no task counts as failed.
   */
  readonly isFinished?: IsFinished | undefined;
}

/** How to make a whole job. */
export interface ExportOptions extends ExportWaitOptions, Pick<WaitForTaskOptions, "isFinished"> {
  /** Deletes the task once its file is saved. Default: kept. */
  readonly cleanUp?: "delete" | undefined;
}

const isFinished = { type: "function" } as const;

/** The rules of {@link WaitForTaskOptions}. */
export const waitForTaskRules: CheckedOptions = { ...waitRules, isFinished };

/** The rules of {@link ExportOptions}. */
export const exportRules: CheckedOptions = {
  ...exportWaitRules,
  isFinished,
  cleanUp: { values: ["delete"] },
};
