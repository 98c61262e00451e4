import type { ExportInput, RequiredHeaders } from "./export-input.ts";
import type { AssetValue, HandleStatus } from "./vulnerability-inputs.ts";

/** How bad an event is. */
export type EventSeverity = "Security" | "Low" | "Medium" | "High" | "Critical";

/** Which events to export. */
export interface ExportEventsInput extends ExportInput, RequiredHeaders {
  /** `category`: of servers, or of containers. */
  readonly category: "host" | "container";
  /** `event_id`: demanded by the official SDKs, whatever else is asked for. 1 to 128 characters. */
  readonly eventId: string;
  /** `last_days`: of so many days. Not together with `beginTime` and `endTime`. */
  readonly lastDays?: number | undefined;
  /** `begin_time`: in milliseconds since 1970. */
  readonly beginTime?: number | undefined;
  /** `end_time`: in milliseconds since 1970, at most two days after `beginTime`. */
  readonly endTime?: number | undefined;
  /** `host_name`: 1 to 64 characters. */
  readonly hostName?: string | undefined;
  /** `host_id`: 1 to 256 characters. */
  readonly hostId?: string | undefined;
  /** `private_ip`: 1 to 128 characters. */
  readonly privateIp?: string | undefined;
  /** `public_ip`: 1 to 128 characters. */
  readonly publicIp?: string | undefined;
  /** `container_name`: 1 to 512 characters. */
  readonly containerName?: string | undefined;
  /** `cluster_id`: 1 to 64 characters. */
  readonly clusterId?: string | undefined;
  /** `event_type`: a number, for example 1017 for a reverse shell. */
  readonly eventType?: number | undefined;
  /** `event_types`: several of them. */
  readonly eventTypes?: readonly number[] | undefined;
  /** `event_class_ids`: for example `malware_0002`. */
  readonly eventClassIds?: readonly string[] | undefined;
  /** `event_name`: 1 to 128 characters. */
  readonly eventName?: string | undefined;
  /** `event_id_list`: these only. */
  readonly eventIdList?: readonly string[] | undefined;
  /** `handle_status`. */
  readonly handleStatus?: HandleStatus | undefined;
  /** `severity`. */
  readonly severity?: EventSeverity | undefined;
  /** `severity_list`: several of them. */
  readonly severityList?: readonly EventSeverity[] | undefined;
  /** `attack_tag`: for example `attack_success`. */
  readonly attackTag?: string | undefined;
  /** `att_ck`: a stage of ATT&CK, for example `Initial Access`. */
  readonly attCk?: string | undefined;
  /** `asset_value`. */
  readonly assetValue?: AssetValue | undefined;
  /** `tag_list`. */
  readonly tagList?: readonly string[] | undefined;
  /** `auto_block`: whether it was blocked by itself. */
  readonly autoBlock?: boolean | undefined;
  /** `offset`: of the first record. */
  readonly offset?: number | undefined;
  /** `limit`: what it does besides `exportSize` is not documented. */
  readonly limit?: number | undefined;
  /** `export_size`: how many records at most. Neither a bound nor a default is documented. */
  readonly exportSize?: number | undefined;
}

/** Which findings of the virus scan to export. */
export interface ExportAntivirusResultsInput extends ExportInput {
  /** `export_headers`: the columns, each a field and its title. Which fields there are, and the default, is not documented. */
  readonly headers?: RequiredHeaders["headers"] | undefined;
  /** `offset`: of the first record, 0 to 2,000,000. Default 0. */
  readonly offset?: number | undefined;
  /** `limit`: 10 to 200. What it does besides `exportSize` is not documented. Default 200. */
  readonly limit?: number | undefined;
  /** `export_size`: how many records at most. Neither a bound nor a default is documented. */
  readonly exportSize?: number | undefined;
  /** `host_name`: 1 to 256 characters. */
  readonly hostName?: string | undefined;
  /** `private_ip`: 1 to 128 characters. */
  readonly privateIp?: string | undefined;
  /** `public_ip`. */
  readonly publicIp?: string | undefined;
  /** `handle_status`. */
  readonly handleStatus?: HandleStatus | undefined;
  /** `severity_list`. */
  readonly severityList?: readonly Exclude<EventSeverity, "Security">[] | undefined;
  /** `severities`: known to the official SDK for Python only. */
  readonly severities?: string | undefined;
  /** `asset_value`. */
  readonly assetValue?: AssetValue | undefined;
  /** `malware_name`. */
  readonly malwareName?: string | undefined;
  /** `file_path`: 1 to 512 characters. */
  readonly filePath?: string | undefined;
  /** `file_hash`: SHA-256, 64 characters. */
  readonly fileHash?: string | undefined;
  /** `task_name`: of the scan. */
  readonly taskName?: string | undefined;
  /** `manual_isolate`: whether the file was isolated by hand. */
  readonly manualIsolate?: boolean | undefined;
}
