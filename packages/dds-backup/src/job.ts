/** What the service says of a job. */
export interface Job {
  /** `Running`, `Completed` or `Failed`. */
  readonly status: string | undefined;
  /** From 0 to 100, and only while it runs. */
  readonly progressPercent: number | undefined;
  readonly failReason: string | undefined;
}
