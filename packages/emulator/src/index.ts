// Every line here is public API.
export {
  bytesContent,
  type Content,
  type ContentSource,
  createContent,
  randomContent,
} from "./content.ts";
export type { DdsInstance } from "./dds-instances.ts";
export type {
  DdsBackup,
  DdsBackupFile,
  DdsBackupToAdd,
  DdsJob,
  DdsLogExport,
  DdsStore,
} from "./dds-store.ts";
export { addDemoFiles } from "./demo.ts";
export { type Emulator, type EmulatorOptions, startEmulator } from "./emulator.ts";
export type { FaultRule, Faults } from "./faults.ts";
export type { FileToStore, StoredFile } from "./file-answer.ts";
export type { HssExportTask, HssFile, HssStore } from "./hss-store.ts";
export type { IamStore, IssuedAccessKey, IssuedProof, IssuedToken } from "./iam-store.ts";
export type { BatchTaskToStore, IotdaBatchTask } from "./iotda-batch-tasks.ts";
export type { IotdaConditions, IotdaExportTask, IotdaSomeConditions, IotdaStore } from "./iotda-store.ts";
export { type Lz4TarOptions, lz4TarContent } from "./lz4-tar-content.ts";
export type { MetadataKind, MetadataTokens } from "./metadata.ts";
export type { MetastudioStore, MetastudioTask, MetastudioTaskOptions } from "./metastudio-store.ts";
export type { ObsObject, ObsStore } from "./obs.ts";
export type { LinkKey, LinkOptions, LinkUse, LinkVerdict } from "./obs-link.ts";
export type { RequestRecord } from "./request-log.ts";
export type {
  RomaApp,
  RomaArchiveId,
  RomaFdiTask,
  RomaInstance,
  RomaJob,
  RomaReason,
  RomaStore,
} from "./roma-store.ts";
export type { RunningTask, TaskPhase } from "./running-task.ts";
export {
  type AccountOptions,
  createEmulatorState,
  type EmulatorAccessKey,
  type EmulatorAgency,
  type EmulatorState,
  type EmulatorStore,
  type EmulatorUser,
  type StateOptions,
} from "./state.ts";
export { listStoredObjects, type StoredObject } from "./stored-objects.ts";
export type { TaskPlan, TaskPlans } from "./task-plan.ts";
export type {
  DdsVariants,
  DownloadVariants,
  HssVariants,
  IotdaVariants,
  MetastudioVariants,
  ObsVariants,
  RomaVariants,
  VariantOptions,
  Variants,
} from "./variants.ts";
export { type ZipOptions, zipContent } from "./zip-content.ts";
