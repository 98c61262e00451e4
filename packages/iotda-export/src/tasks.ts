/** An export task, as far as it has come. */
export interface ExportTask {
  readonly exportTaskId: string;
  /** `Processing`, `Success` or `Failed`, as the service writes it. */
  readonly status: string | undefined;
  /** `progress`, from 1 to 100. */
  readonly progressPercent: number | undefined;
  /** `export_count`: the number of records. */
  readonly exportCount: number | undefined;
  /** `resource_condition.task_id`: the batch task that is exported. */
  readonly taskId: string | undefined;
  /** `GLOBAL` or `APP`. */
  readonly appType: string | undefined;
  readonly appId: string | undefined;
  readonly createdAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

/** A batch task. */
export interface BatchTask {
  readonly taskId: string;
  readonly name: string | undefined;
  /** `task_type`: for example `createDevices`. */
  readonly type: string | undefined;
  /** `Initializing`, `Waitting` (so spelt), `Processing`, `Success`, `Fail`, `PartialSuccess`, `Stopped` or `Stopping`. */
  readonly status: string | undefined;
  /** `status_desc`: why it failed, where it did. */
  readonly statusText: string | undefined;
  readonly createdAt: Date | undefined;
}
