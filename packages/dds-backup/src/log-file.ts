import type { WaitOptions } from "@cloudhaul/core-http";

/** Of which logs the files are wanted. */
export interface LogsInput {
  /** `instance_id`. */
  readonly instanceId: string;
  /** `node_id_list`: see {@link InstanceNode}. Default: all nodes that have such logs. */
  readonly nodeIds?: readonly string[] | undefined;
  /** `file_name_list`: which files. Default: all. */
  readonly fileNames?: readonly string[] | undefined;
}

/** A file of logs, which the service makes when it is asked for. */
export interface LogFile {
  /** `file_name`. */
  readonly name: string;
  /** `node_name`: the node that wrote it. */
  readonly nodeName: string | undefined;
  /** `status`, in the service's own words: `SUCCESS`, or `FAILED` where this file could not be made. */
  readonly status: string | undefined;
  /** `file_size`, in KB as the service gives it. */
  readonly sizeKb: number | undefined;
  /** `file_link`: a pre-signed link, good for 15 minutes after `updatedAt`; `undefined` where the file was not made. A secret. */
  readonly link: string | undefined;
  /** When the link ends, as it says itself. */
  readonly expiresAt: Date | undefined;
  /** `update_at`: when the file was made. */
  readonly updatedAt: Date | undefined;
}

/** How to wait until the service has made the files of logs. */
export type LogsOptions = Omit<WaitOptions, "signal">;
