// Every line here is public API.
export type {
  AssetFailure,
  AssetJob,
  AssetJobInput,
  ListAppsInput,
  ListInstancesInput,
  ListTasksInput,
  RomaApp,
  RomaInstance,
  RomaTask,
} from "./assets.ts";
export { createRomaAssetsClient, type RomaAssetsClient } from "./client.ts";
export { errorKinds as romaErrorKinds } from "./error-kinds.ts";
export type {
  AssetExportInput,
  DownloadAssetPackageInput,
  ExportOptions,
  RomaAssetsClientOptions,
} from "./options.ts";
