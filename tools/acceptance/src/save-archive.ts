import type { OnceOnlyDownloadError } from "@cloudhaul/core-http";
import { createRomaAssetsClient } from "@cloudhaul/roma-assets";

// Saves one archive that its service gives once, and says what became of it: the file, or the error's fields.
const [, , instanceId = "", archiveId = "", folder = ""] = process.argv;
const roma = createRomaAssetsClient({ region: "cn-north-4", retry: { baseDelayMs: 1 } });
try {
  const { path, bytes } = await roma.downloadAssetPackage({ instanceId, archiveId }).toFile(folder);
  console.log(JSON.stringify({ path, bytes }));
} catch (error) {
  const { code, message, partialPath, receivedBytes, consumed } = error as OnceOnlyDownloadError;
  console.log(JSON.stringify({ code, message, partialPath, receivedBytes, consumed }));
} finally {
  await roma.close();
}
