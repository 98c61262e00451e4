import { OnceOnlyDownloadError } from "@cloudhaul/core-http";
import { createRomaAssetsClient } from "@cloudhaul/roma-assets";

const roma = createRomaAssetsClient({ region: "cn-north-4" });
const instanceId = process.env.ROMA_INSTANCE_ID ?? "";
const archiveId = process.env.ROMA_ARCHIVE_ID ?? "";
try {
  const file = await roma.downloadAssetPackage({ instanceId, archiveId }).toFile("assets/");
  console.log(file.path, file.bytes, file.sha256);
  await roma.downloadAssetPackage({ instanceId, archiveId }).toFile("assets/"); // sends nothing
} catch (error) {
  if (!OnceOnlyDownloadError.isInstance(error)) throw error;
  console.error(error.consumed, error.receivedBytes, error.partialPath);
}
await roma.close();
