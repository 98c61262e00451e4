// Every line here is public API.
export {
  bytesContent,
  type Content,
  type ContentSource,
  createContent,
  randomContent,
} from "./content.ts";
export type { DdsBackup, DdsBackupFile, DdsStore } from "./dds.ts";
export { type Emulator, type EmulatorOptions, startEmulator } from "./emulator.ts";
export type { FaultRule, Faults } from "./faults.ts";
export type { FileToStore, StoredFile } from "./file-answer.ts";
export type { HssStore } from "./hss.ts";
export type { IamStore, IssuedAccessKey, IssuedProof, IssuedToken } from "./iam-store.ts";
export type { IotdaStore } from "./iotda.ts";
export { type Lz4TarOptions, lz4TarContent } from "./lz4-tar-content.ts";
export type { MetadataKind, MetadataTokens } from "./metadata.ts";
export type { MetastudioStore } from "./metastudio.ts";
export type { ObsStore } from "./obs.ts";
export type { LinkKey, LinkOptions } from "./obs-link.ts";
export type { RequestRecord } from "./request-log.ts";
export type { RomaArchiveId, RomaStore } from "./roma.ts";
export {
  createEmulatorState,
  type EmulatorAccessKey,
  type EmulatorAgency,
  type EmulatorState,
  type EmulatorStore,
  type EmulatorUser,
  type StateOptions,
} from "./state.ts";
export { listStoredObjects, type StoredObject } from "./stored-objects.ts";
export type {
  DdsVariants,
  DownloadVariants,
  IotdaVariants,
  ObsVariants,
  RomaVariants,
  VariantOptions,
  Variants,
} from "./variants.ts";
export { type ZipOptions, zipContent } from "./zip-content.ts";
