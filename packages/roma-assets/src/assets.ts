/** Which export job. */
export interface AssetJobInput {
  /** `instance_id`: the ROMA Connect instance. At most 64 characters. */
  readonly instanceId: string;
  /** `job_id`: as the start of the export gave it. At most 64 characters. */
  readonly jobId: string;
}

/** An export job, as far as it has come. */
export interface AssetJob {
  readonly jobId: string;
  /** `type`: `exportAsset`, or `importAsset`. */
  readonly type: string | undefined;
  /** `status`: `RUNNING`, `SUCCEEDED` or `FAILED`. In capitals, however the service writes it (its sample has `Running`). */
  readonly status: string;
  /** From 0 to 100; the service's `progress_percent` goes from 0 to 1. `undefined` where it does not tell. */
  readonly progressPercent: number | undefined;
  /** Of a job that succeeded: what to download, once. */
  readonly archiveId: string | undefined;
  /** `reasons`, or `reason` as on the newer page: why parts of the job failed. */
  readonly reasons: readonly AssetFailure[];
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

/** Why a part of a job failed. Each field is as the service gives it. */
export interface AssetFailure {
  /** `resource_type`: `application` or `task`. */
  readonly resourceType: string | undefined;
  readonly resourceName: string | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

/** Which instances to list. */
export interface ListInstancesInput {
  /** `status`: for example `RUNNING`. Default: all. */
  readonly status?: string | undefined;
}

/** An instance of ROMA Connect. */
export interface RomaInstance {
  readonly instanceId: string;
  readonly name: string | undefined;
  /** For example `RUNNING`, `CREATING` or `FROZEN`. */
  readonly status: string | undefined;
}

/** Which applications to list. */
export interface ListAppsInput {
  /** `instance_id`: the ROMA Connect instance. At most 64 characters. */
  readonly instanceId: string;
  /** `name`: those with this name. Whether a part of it is enough is not documented. Default: all. */
  readonly name?: string | undefined;
}

/** An integration application. Its secret, which the service lists with it, is left out. */
export interface RomaApp {
  readonly appId: string;
  readonly name: string | undefined;
  readonly owner: string | undefined;
}

/** Which data integration tasks to list. */
export interface ListTasksInput {
  /** `instance_id`: the ROMA Connect instance. At most 64 characters. */
  readonly instanceId: string;
  /** `name`: those with this name. Whether a part of it is enough is not documented. Default: all. */
  readonly name?: string | undefined;
  /** `task_type`. Default: both. */
  readonly type?: "realtime" | "timing" | undefined;
}

/** A task of data integration (FDI). */
export interface RomaTask {
  readonly taskId: string;
  readonly name: string | undefined;
  /** `task_type`: `realtime` or `timing`. */
  readonly type: string | undefined;
}
