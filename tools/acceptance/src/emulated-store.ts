import { bytesContent, type Emulator, startEmulator } from "@cloudhaul/emulator";
import { onTestFinished } from "vitest";
import type { LinkToSign } from "./link-signers.ts";

/** The emulator's OBS with one object in it. */
export interface EmulatedStore {
  readonly emulator: Emulator;
  readonly bytes: Buffer;
  /** The object, by the key that the emulator takes links of; `token` where that is a temporary one. */
  link(token: "with a security token" | "without", more?: Partial<LinkToSign>): LinkToSign;
}

/** Starts one whose clock can be put forward. */
export async function startEmulatedStore(aheadMs: () => number = () => 0): Promise<EmulatedStore> {
  const emulator = await startEmulator({ now: () => new Date(Date.now() + aheadMs()) });
  onTestFinished(() => emulator.close());
  const bytes = Buffer.from("an object");
  const [bucket, key] = ["backups.2026", "2026/a b+50%中'(1)*~.bin"];
  const { obs } = emulator.store;
  obs.put(bucket, key, bytesContent(bytes));
  const { securityToken, ...permanent } = obs.linkKey;
  return {
    emulator,
    bytes,
    link: (token, more = {}) => ({
      ...{ origin: emulator.url, bucket, key, lifeSeconds: 60 },
      accessKey: token === "without" ? permanent : { ...permanent, securityToken },
      ...more,
    }),
  };
}
