/** What every export takes. */
export interface ExportInput {
  /**
   * `enterprise_project_id`: the enterprise project of the servers; `0` for the default one, `all_granted_eps` for all. A
   * user with rights in one enterprise project only must name it. At most 256 characters. Default: not sent, and the
   * vendor takes `0`.
   */
  readonly enterpriseProjectId?: string | undefined;
}

/** A column of an exported table: the service's name of the field, and the title that the column is to have. */
export type ExportHeader = readonly [field: string, title: string];

/** The columns of an exported table. */
export interface RequiredHeaders {
  /**
   * `export_headers`: the columns in their order, for example `[["host_name", "Server"], ["host_ip", "IP address"]]`. Unless
   * said here, which fields there are is not documented; the answers of the operations that list the same things name
   * candidates.
   */
  readonly headers: readonly ExportHeader[];
}
