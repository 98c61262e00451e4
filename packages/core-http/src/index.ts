// Every line here is public API.
export { type CallOptions, withDeadline } from "./call-options.ts";
export { type CheckedOptions, checkInput, type ParameterRule } from "./check-input.ts";
export type { Destination, DestinationWriter, DownloadInfo, TransferResult } from "./destination.ts";
export {
  type BytesOptions,
  createDownload,
  type Download,
  type DownloadStream,
  type FileOptions,
  type SavedFile,
  type TransferOptions,
} from "./download.ts";
export {
  type DownloadAllOptions,
  type DownloadItem,
  type DownloadOutcome,
  downloadAll,
} from "./download-all.ts";
export {
  FileSystemError,
  type FileSystemErrorCode,
  IncompleteSetError,
  IntegrityError,
  type IntegrityErrorFields,
  type IntegrityReason,
  LostStartError,
  OnceOnlyDownloadError,
  type OnceOnlyDownloadErrorFields,
  TargetBusyError,
} from "./download-errors.ts";
export {
  createDownloadSet,
  type DirectoryOptions,
  type DownloadSet,
  type DownloadSetItem,
  type DownloadSetSource,
  type SavedSet,
  type SetFileOutcome,
} from "./download-set.ts";
export type { DownloadPlan, DownloadSource, OpenRequest, SourceIdentity } from "./download-source.ts";
export {
  AuthenticationError,
  type AuthenticationErrorFields,
  CloudhaulError,
  type CloudhaulErrorOptions,
  ConfigurationError,
  ExportFailedError,
  type RequestPhase,
  ResponseFormatError,
  ServiceError,
  type ServiceErrorFields,
  type ServiceErrorKind,
  TimeoutError,
  type TimeoutErrorFields,
  TransportError,
  type TransportErrorCode,
} from "./errors.ts";
export {
  type Authorizer,
  type ErrorKinds,
  type Exchange,
  exchange,
  exchangeWithRetry,
  type HttpSettings,
  type Refusal,
  readAnswer,
} from "./exchange.ts";
export type { ExportedFile, ExportJob, ExportStepOptions } from "./export-job.ts";
export { type ExportWaitOptions, exportWaitRules, stepWait } from "./export-wait.ts";
export { fileNameFromDisposition, safeFileName } from "./file-name.ts";
export { createHttpSettings, type HttpOptions, httpOptionRules } from "./http-settings.ts";
export { type CreateTransportOptions, createTransport } from "./http-transport.ts";
export { type AnswerSchema, parseAnswer } from "./json-answer.ts";
export { findLeftovers, type Leftover, removeLeftover } from "./leftovers.ts";
export {
  createLinkSource,
  type DownloadLinkOptions,
  downloadLink,
  type LinkSourceOptions,
} from "./link.ts";
export { linkExpiry } from "./link-expiry.ts";
export type { RenewLink } from "./link-renewal.ts";
export { createLogger, type Logger } from "./logger.ts";
export {
  type ContentKind,
  type FilledOperation,
  fillOperation,
  type Operation,
  type OperationParameter,
  type RepeatClass,
} from "./operation.ts";
export { createPacer, type Pacer } from "./pacer.ts";
export { type MarkerPage, type OffsetPage, pagesByMarker, pagesByOffset } from "./paging.ts";
export type { ProgressEvent } from "./progress.ts";
export { redactText, redactUrl } from "./redact.ts";
export { type RetryOptions, type RetryPolicy, retryPolicy } from "./retry.ts";
export { createSharedCall } from "./shared-call.ts";
export { createStartQueue, type StartQueue, type StartQueueOptions } from "./start-queue.ts";
export type {
  HttpRequest,
  HttpResponse,
  ResponseBody,
  TimeoutOptions,
  TlsOptions,
  Transport,
  TransportSendOptions,
} from "./transport.ts";
export {
  type TaskStatus,
  type TaskVerdict,
  type WaitedTask,
  type WaitOptions,
  waitForTask,
  waitRules,
} from "./wait-for-task.ts";
