import type {
  FileSystemErrorCode,
  IntegrityReason,
  RepeatClass,
  RequestPhase,
  ServiceErrorKind,
  TransportErrorCode,
} from "@cloudhaul/core-http";

// What users have written into their programs, scripts and alarms, word for word. A test holds each table equal to the
// code; whoever changes one breaks someone's program, and says so in a changeset.

/** Codes of the errors that have one code each. */
export const errorCodes: Readonly<Record<string, string>> = {
  AuthenticationError: "AUTHENTICATION",
  ConfigurationError: "CONFIGURATION",
  ExportFailedError: "EXPORT_FAILED",
  IncompleteSetError: "SET_INCOMPLETE",
  LostStartError: "START_LOST",
  OnceOnlyDownloadError: "ONCE_ONLY",
  ResponseFormatError: "RESPONSE_FORMAT",
  TargetBusyError: "TARGET_BUSY",
};

/** Codes of a ServiceError, by its kind. */
export const serviceErrorCodes: Readonly<Record<ServiceErrorKind, string>> = {
  invalid: "SERVICE_INVALID",
  forbidden: "SERVICE_FORBIDDEN",
  "not-found": "SERVICE_NOT_FOUND",
  "not-ready": "SERVICE_NOT_READY",
  expired: "SERVICE_EXPIRED",
  throttled: "SERVICE_THROTTLED",
  busy: "SERVICE_BUSY",
  server: "SERVICE_SERVER",
  unknown: "SERVICE_UNKNOWN",
};

/** Codes of an IntegrityError, by its reason. */
export const integrityErrorCodes: Readonly<Record<IntegrityReason, string>> = {
  length: "INTEGRITY_LENGTH",
  digest: "INTEGRITY_DIGEST",
  encoding: "INTEGRITY_ENCODING",
  content: "INTEGRITY_CONTENT",
  changed: "INTEGRITY_CHANGED",
  range: "INTEGRITY_RANGE",
  "archive-end": "INTEGRITY_ARCHIVE_END",
};

/** Codes of a TimeoutError, by its phase. */
export const timeoutErrorCodes: Readonly<Record<RequestPhase | "wait", string>> = {
  connect: "TIMEOUT_CONNECT",
  headers: "TIMEOUT_HEADERS",
  body: "TIMEOUT_BODY",
  wait: "TIMEOUT_WAIT",
};

/** Codes of a TransportError. */
export const transportErrorCodes: Readonly<Record<TransportErrorCode, true>> = {
  DNS: true,
  CONNECTION_REFUSED: true,
  CONNECTION_LOST: true,
  TLS: true,
  PROXY: true,
  PROTOCOL: true,
  HEADERS_TOO_LARGE: true,
};

/** Codes of a FileSystemError. */
export const fileSystemErrorCodes: Readonly<Record<FileSystemErrorCode, true>> = {
  DISK_FULL: true,
  PERMISSION_DENIED: true,
  READ_ONLY: true,
  TARGET_EXISTS: true,
  IS_A_DIRECTORY: true,
  NOT_A_DIRECTORY: true,
  NOT_FOUND: true,
  NAME_TOO_LONG: true,
  FILE_SYSTEM: true,
};

/** What may be sent a second time, by the vendor's name of the operation. */
export const repeatClasses: Readonly<Record<string, Readonly<Record<string, RepeatClass>>>> = {
  "core-auth": { KeystoneCreateUserTokenByPassword: "safe", KeystoneListProjects: "safe" },
  "dds-backup": {
    CreateManualBackup: "never",
    DeleteManualBackup: "safe",
    DownloadErrorlog: "safe",
    DownloadSlowlog: "safe",
    ListBackupDownloadPolicy: "safe",
    ListBackups: "safe",
    ListInstances: "safe",
    ShowBackupDownloadLink: "safe",
    ShowJobDetail: "safe",
  },
  "hss-download": {
    BatchExportBaselineTask: "never",
    BatchExportLocalVulTask: "never",
    DownloadAssetFile: "never",
    ExportAntiVirusResult: "never",
    ExportBaselineSecurityCheckReport: "never",
    ExportContainerList: "never",
    ExportEventRequest: "never",
    ExportHandledVulnerabilities: "never",
    ExportImageSecurityReportTask: "never",
    ExportRisks: "never",
    ExportTaskInfo: "never",
    ExportVulHandleHistory: "never",
    ExportVuls: "never",
    ExportWebTamperHost: "never",
    ListDownloadExportedFile: "safe",
    ListMonthlyOperationReports: "safe",
    ListQueryExportTask: "safe",
    ShowExportTask: "safe",
    ShowLatestExportTaskByType: "safe",
  },
  "iotda-export": {
    CreateExportTask: "never",
    DeleteExportTask: "safe",
    ListBatchTasks: "safe",
    ListExportTasks: "safe",
    ShowBatchTask: "safe",
    ShowExportTask: "safe",
  },
  "metastudio-ies": {
    DeleteTask: "safe",
    DownloadResultFile: "safe",
    DownloadTemplate: "safe",
    ExportResource: "never",
    SearchTask: "safe",
    ShowTask: "safe",
  },
  "roma-assets": {
    CheckAssetJobStatus: "safe",
    CheckRomaInstanceListV2: "safe",
    DownloadAssetArchive: "never",
    ExportAsset: "never",
    ListRomaApp: "safe",
    ListTasks: "safe",
  },
};

/** The ways into each package. */
export const exportsMaps: Readonly<Record<string, readonly string[]>> = {
  cli: [".", "./package.json"],
  "core-auth": [".", "./package.json"],
  "core-http": [".", "./package.json"],
  "dds-backup": [".", "./package.json"],
  emulator: [".", "./msw", "./package.json"],
  "hss-download": [".", "./package.json"],
  "iotda-export": [".", "./package.json"],
  "metastudio-ies": [".", "./package.json"],
  "roma-assets": [".", "./package.json"],
};

/** Exit codes of the command, and the errors that lead to each. */
export const exitCodes: Readonly<Record<number, readonly string[]>> = {
  0: [],
  1: [],
  2: ["ConfigurationError"],
  3: ["AuthenticationError", "ServiceError forbidden"],
  4: ["ServiceError not-found", "ServiceError not-ready", "ServiceError expired"],
  5: [
    "ServiceError invalid",
    "ServiceError throttled",
    "ServiceError busy",
    "ServiceError server",
    "ServiceError unknown",
    "ExportFailedError",
    "ResponseFormatError",
  ],
  6: ["TransportError", "TimeoutError", "LostStartError"],
  7: ["IntegrityError"],
  8: ["FileSystemError", "TargetBusyError"],
  9: ["OnceOnlyDownloadError"],
  130: [],
  141: [],
};
