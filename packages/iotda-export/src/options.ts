import type { ServiceClientOptions, SigningOptions } from "@cloudhaul/core-auth";
import { type CheckedOptions, type ExportWaitOptions, exportWaitRules } from "@cloudhaul/core-http";

/**
 * Options of {@link createIotdaExportClient}. Standard and enterprise instances have a host of their own: give it as
 * `endpoint`, and the `region` with it. Access keys sign for such a host with a key derived for `iotdm` and the region,
 * and plainly for the hosts that a region shares; `signing` forces either.
 */
export interface IotdaExportClientOptions extends ServiceClientOptions, SigningOptions {
  /**
   * The time from one download to the next, in milliseconds: the service gives a user one file in 30 seconds, and a
   * download that goes on after a cut is one more. Held within one client. Default 30,000.
   */
  readonly downloadIntervalMs?: number | undefined;
  /** `Instance-Id`: the instance of every call that names none itself. The professional editions demand it. Default: none. */
  readonly instanceId?: string | undefined;
}

/** The instance that a call is for. */
export interface InstanceInput {
  /**
   * `Instance-Id`: the id of the instance. The professional editions demand it; the vendor recommends it to all. Default:
   * the client's `instanceId`.
   */
  readonly instanceId?: string | undefined;
}

/** What to export. */
export interface ExportBatchTaskInput extends InstanceInput {
  /** `resource_condition.task_id`: the id of the batch task, as {@link IotdaExportClient.listBatchTasks} gives it. At most 24 characters. */
  readonly taskId: string;
  /**
   * `app_type`: `APP` exports what belongs to one application (resource space): that of `appId`, or else the default one.
   * Default `APP` with an `appId`, else `GLOBAL`.
   */
  readonly appType?: "GLOBAL" | "APP" | undefined;
  /** `app_id`: the application. At most 36 letters, digits, `_` and `-`. */
  readonly appId?: string | undefined;
}

/** Which file to download. */
export interface DownloadExportFileInput extends InstanceInput {
  /** `export_task_id`: the id of the finished export task. */
  readonly exportTaskId: string;
}

/** Which export tasks to list. */
export interface ListExportTasksInput extends InstanceInput {
  /** Those of this batch task (`resource_condition.task_id`). Default: all. */
  readonly taskId?: string | undefined;
  /** `app_type`. Which tasks are listed without it is not documented. */
  readonly appType?: "GLOBAL" | "APP" | undefined;
  /** `app_id`: those of this application. */
  readonly appId?: string | undefined;
}

/** Which export task. The service shows none by its id: what else is known of it narrows the list that it is looked up in. */
export interface ExportTaskInput extends ListExportTasksInput {
  /** `export_task_id`. */
  readonly exportTaskId: string;
}

/** Which batch tasks to list. */
export interface ListBatchTasksInput extends InstanceInput {
  /** `task_type`: for example `createDevices`, `deleteDevices`, `firmwareUpgrade`, `createCommands`. */
  readonly taskType: string;
  /** `status`: for example `Success`. Default: all. */
  readonly status?: string | undefined;
  /** `app_id`: those of this application. */
  readonly appId?: string | undefined;
}

/** Which batch task. */
export interface BatchTaskInput extends InstanceInput {
  /** `task_id`. At most 24 characters. */
  readonly taskId: string;
}

/**
 * How to make a whole job. `timeoutMs` limits each of its two waits: for a turn, while five tasks of the user are
 * unfinished, and for the task itself.
 */
export interface ExportOptions extends ExportWaitOptions {
  /** Deletes the export task once its file is saved. One that was running already, and was joined, is left. Default: kept. */
  readonly cleanUp?: "delete" | undefined;
}

/** The rules of {@link ExportOptions}. */
export const exportRules: CheckedOptions = { ...exportWaitRules, cleanUp: { values: ["delete"] } };
