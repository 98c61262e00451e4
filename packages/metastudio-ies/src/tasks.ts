/** An import or export task. The service's pages call its fields texts, and its sample has numbers. */
export interface Task {
  readonly taskId: string | undefined;
  /** `resource`: for example `knowledge-intent-question-create`. */
  readonly resource: string | undefined;
  /** `task_name`. */
  readonly name: string | undefined;
  /** `task_type`, as the service gives it. Its values are not documented; the sample has 0. */
  readonly type: string | number | undefined;
  /** `task_status`, as the service gives it. Its values are not documented. */
  readonly status: string | number | undefined;
  readonly totalCount: number | undefined;
  readonly successCount: number | undefined;
  readonly failureCount: number | undefined;
  /** `begin_time`. */
  readonly startedAt: Date | undefined;
  /** `end_time`. */
  readonly endedAt: Date | undefined;
  /** `operator`: who started it. */
  readonly operator: string | undefined;
  readonly userId: string | undefined;
}

/** Whether a task has ended, and if so, whether it failed. */
export type IsFinished = (task: Task) => boolean | "failed";

/** What a search found. */
export interface FoundTasks {
  /** The service shows ten at most, in an order that is not documented, and has no way to ask for more: narrow the time. */
  readonly tasks: readonly Task[];
  /** How many there are in all; `undefined` where the service does not tell. */
  readonly count: number | undefined;
}
