// Every line here is public API.
export { createRomaAssetsClient, type RomaAssetsClient } from "./client.ts";
export { errorKinds as romaErrorKinds } from "./error-kinds.ts";
export type { DownloadAssetPackageInput, RomaAssetsClientOptions } from "./options.ts";
