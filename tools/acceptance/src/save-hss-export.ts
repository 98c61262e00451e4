import type { CloudhaulError } from "@cloudhaul/core-http";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

// Exports the vulnerabilities of one project to a file, and says what became of it.
const [, , path = ""] = process.argv;
const hss = createHssDownloadClient({ region: "cn-north-4", retry: { baseDelayMs: 1 } });
try {
  const saved = await hss.exportVulnerabilities({ category: "host" }, { pollIntervalMs: 20 }).toFile(path);
  console.log(JSON.stringify({ path: saved.path, sha256: saved.sha256 }));
} catch (error) {
  const { code, message } = error as CloudhaulError;
  console.log(JSON.stringify({ code, message }));
} finally {
  await hss.close();
}
