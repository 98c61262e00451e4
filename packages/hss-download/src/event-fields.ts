import { ConfigurationError } from "@cloudhaul/core-http";
import type { ExportAntivirusResultsInput, ExportEventsInput } from "./event-inputs.ts";
import { assetValue, handleStatus } from "./field-values.ts";
import {
  body,
  columns,
  enterpriseProject,
  flag,
  oneOf,
  type ParametersOf,
  query,
  required,
  someOf,
  texts,
  upTo,
  whole,
} from "./parameters.ts";

const severities = ["Low", "Medium", "High", "Critical"] as const;
const longestMs = 2 * 24 * 3_600_000;

/** Of `ExportEventRequest`, whose body is nothing but the columns. */
export const eventFields: ParametersOf<ExportEventsInput> = {
  enterpriseProjectId: enterpriseProject,
  category: query("category", required(oneOf("host", "container"))),
  eventId: query("event_id", required(upTo(128))),
  headers: body("", required(columns)),
  lastDays: query("last_days", whole(1)),
  beginTime: query("begin_time", whole(0)),
  endTime: query("end_time", whole(0)),
  hostName: query("host_name", upTo(64)),
  hostId: query("host_id", upTo(256)),
  privateIp: query("private_ip", upTo(128)),
  publicIp: query("public_ip", upTo(128)),
  containerName: query("container_name", upTo(512)),
  clusterId: query("cluster_id", upTo(64)),
  eventType: query("event_type", whole()),
  eventTypes: query("event_types", { type: "integers" }),
  eventClassIds: query("event_class_ids", texts),
  eventName: query("event_name", upTo(128)),
  eventIdList: query("event_id_list", texts),
  handleStatus: query("handle_status", handleStatus),
  severity: query("severity", oneOf("Security", ...severities)),
  severityList: query("severity_list", someOf("Security", ...severities)),
  attackTag: query("attack_tag"),
  attCk: query("att_ck"),
  assetValue: query("asset_value", assetValue),
  tagList: query("tag_list", texts),
  autoBlock: query("auto_block", flag),
  offset: query("offset", whole(0)),
  limit: query("limit", whole(0)),
  exportSize: query("export_size", whole(1)),
};

/** Of `ExportAntiVirusResult`. */
export const antivirusFields: ParametersOf<ExportAntivirusResultsInput> = {
  enterpriseProjectId: enterpriseProject,
  offset: query("offset", { ...whole(0, 2_000_000), default: 0 }),
  limit: query("limit", { ...whole(10, 200), default: 200 }),
  exportSize: query("export_size", whole(1)),
  hostName: query("host_name", upTo(256)),
  privateIp: query("private_ip", upTo(128)),
  publicIp: query("public_ip"),
  handleStatus: query("handle_status", handleStatus),
  severityList: query("severity_list", someOf(...severities)),
  severities: query("severities"),
  assetValue: query("asset_value", assetValue),
  malwareName: query("malware_name"),
  filePath: query("file_path", upTo(512)),
  fileHash: query("file_hash", upTo(64)),
  taskName: query("task_name"),
  manualIsolate: query("manual_isolate", flag),
  headers: body("export_headers", columns),
};

/** Of one time, said in one way. */
export function eventsInput(input: ExportEventsInput): object {
  const { lastDays, beginTime, endTime } = input;
  if (lastDays !== undefined && (beginTime !== undefined || endTime !== undefined)) {
    throw new ConfigurationError("lastDays", "Give lastDays, or beginTime and endTime, but not both.");
  }
  if (beginTime !== undefined && endTime !== undefined && endTime < beginTime)
    throw new ConfigurationError("endTime", "endTime is before beginTime.");
  if (Number(endTime) - Number(beginTime) > longestMs)
    throw new ConfigurationError("endTime", "endTime must be at most two days after beginTime.");
  return input;
}
