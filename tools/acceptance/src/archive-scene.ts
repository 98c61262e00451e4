import type { Download } from "@cloudhaul/core-http";
import { type Content, type Emulator, startEmulator, zipContent } from "@cloudhaul/emulator";
import { createRomaAssetsClient } from "@cloudhaul/roma-assets";
import { onTestFinished } from "vitest";
import { type ClientOptions, clientOptions } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The archive of every scene. */
export const content: Content = zipContent({
  seed: "once-only faults",
  bytes: 512 * 1024,
  fileName: "archive.zip",
});

/** One archive that comes only once, a client for it, and a folder to save it in. */
export interface ArchiveScene {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly ids: { readonly instanceId: string; readonly archiveId: string };
  /** A new plan for the same archive, of a client of its own, as another run would have. */
  plan(): Download;
  /** Requests for the archive itself. */
  asked(): number;
}

/** Sets the scene, for as long as the test runs. */
export async function setArchiveScene(options: Partial<ClientOptions> = {}): Promise<ArchiveScene> {
  const variants = {
    length: "content-length",
    disposition: "plain",
    etag: "strong",
    ranges: "honoured",
  } as const;
  const emulator = await startEmulator({ variants: { roma: variants } });
  const retry = { baseDelayMs: 1, maxDelayMs: 1, maxRetryAfterMs: 1 };
  onTestFinished(() => emulator.close());
  const ids = emulator.store.roma.addArchive({ content });
  return {
    ...{ emulator, ids },
    folder: await temporaryFolder(),
    plan() {
      const roma = createRomaAssetsClient(clientOptions(emulator, { retry, ...options }));
      onTestFinished(() => roma.close());
      return roma.downloadAssetPackage(ids);
    },
    asked: () => emulator.requests.filter(({ path }) => path.includes("/archives/")).length,
  };
}
