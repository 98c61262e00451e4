import type { ServiceClientOptions } from "@cloudhaul/core-auth";
import type { ExportWaitOptions } from "@cloudhaul/core-http";
import type { ExportKind } from "./export-kinds.ts";
import type { PollBy } from "./operations.ts";

/** Options of {@link createHssDownloadClient}. */
export type HssDownloadClientOptions = ServiceClientOptions;

/** How to wait in a whole job. The signal is given to what uses its `Download`. HSS has no way to delete an export task. */
export type ExportOptions = ExportWaitOptions;

/** What to download. */
export interface DownloadExportedFileInput {
  /** `file_id`: the id of the file, from the finished export task. 1 to 64 characters. */
  readonly fileId: string;
  /**
   * `enterprise_project_id`: the enterprise project of the servers; `0` for the default one, `all_granted_eps` for all. A
   * user with rights in one enterprise project only must name it. Default: not sent.
   */
  readonly enterpriseProjectId?: string | undefined;
  /** `region`: the region header. Default: the client's region. */
  readonly region?: string | undefined;
}

/** Which export task is asked for. */
export interface ExportTaskInput {
  /** `task_id`: as `startExport` gave it. 1 to 64 characters. */
  readonly taskId: string;
  /** What the task exports, where it is known: its way of asking is tried first. */
  readonly kind?: ExportKind | undefined;
  /**
   * The one way to ask: `task` by `ListQueryExportTask`, `event` by `ShowExportTask`, `latest` by
   * `ShowLatestExportTaskByType`. Which tasks each of them knows is not documented. Default: one after the other, until
   * one knows the task; `event` first for events, else `task`.
   */
  readonly pollBy?: PollBy | undefined;
  /** `export_task_type` of `ShowLatestExportTaskByType`, which is then asked first. Its values are not documented. */
  readonly exportTaskType?: string | undefined;
  /** `enterprise_project_id`: the one that the export was started with. Default: not sent. */
  readonly enterpriseProjectId?: string | undefined;
}

/** An export task, as far as it has come. */
export interface ExportTask {
  /** `task_id`. */
  readonly taskId: string;
  /** `task_name`. */
  readonly taskName: string | undefined;
  /** `task_status`, in the service's own words: `running`, `success` or `failure` by its documents. */
  readonly status: string;
  /** `file_id`: what `downloadExportedFile` takes; once it has succeeded. */
  readonly fileId: string | undefined;
  /** `file_name`: once it has succeeded. */
  readonly fileName: string | undefined;
  /** Whatever else HSS said of it, as JSON. No field with a reason of a failure is documented. */
  readonly reason: string | undefined;
}

/** An export task that has succeeded. */
export interface FinishedExportTask extends ExportTask {
  readonly fileId: string;
}

/** An export that was started. */
export interface StartedExport {
  /** `task_id`. */
  readonly taskId: string;
  /** `record_total_num`: how many records there are. Told for events and by two of the three exports of images. */
  readonly recordTotal: number | undefined;
}

/** A monthly report. */
export interface OperationReport {
  /** `report_id`: what `exportOperationReport` takes. */
  readonly reportId: string;
  /** `current_month`: 1 to 12. */
  readonly currentMonth: number | undefined;
  /** `current_month_start`: a timestamp, whose unit is not documented. */
  readonly currentMonthStart: number | undefined;
  /** `current_month_end`: a timestamp, whose unit is not documented. */
  readonly currentMonthEnd: number | undefined;
  /** `create_time`: a timestamp, whose unit is not documented. */
  readonly createTime: number | undefined;
}
