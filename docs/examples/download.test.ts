import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fromAccessKey } from "@cloudhaul/core-auth";
import { startEmulator, zipContent } from "@cloudhaul/emulator";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

test("a cut connection does no harm", async (context) => {
  const emulator = await startEmulator();
  context.after(() => emulator.close());
  const content = zipContent({ seed: "hosts", bytes: 2_000_000 });
  const { fileId } = emulator.store.hss.addFile({ content });
  emulator.faults.add({ match: fileId, cut: { afterBytes: 500_000, by: "reset" } });

  const hss = createHssDownloadClient({
    endpoint: emulator.url,
    projectId: emulator.projectId,
    credentials: fromAccessKey(emulator.accessKey),
    retry: { baseDelayMs: 10 },
  });
  context.after(() => hss.close());
  const folder = await mkdtemp(join(tmpdir(), "exports-"));
  context.after(() => rm(folder, { recursive: true }));

  const file = await hss.downloadExportedFile({ fileId }).toFile(`${folder}/`);
  assert.equal(file.sha256, await content.sha256());
  assert.equal(file.attempts, 2);
});
