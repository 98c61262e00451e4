import { downloadLink } from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import { startEmulatedStore } from "./emulated-store.ts";
import { signByEsdk } from "./link-signers.ts";

const read = (url: string): Promise<Uint8Array> =>
  downloadLink({ url, retry: false }).toBytes({ maxBytes: 100 });

describe.each([
  ["its own dialect, with a security token", "obs", "with a security token"],
  ["its own dialect", "obs", "without"],
  ["the dialect of other stores", "v2", "without"],
  ["the dialect of other stores, with a security token", "v2", "with a security token"],
] as const)("a link of esdk-obs-nodejs, in %s", (_, dialect, token) => {
  it("the emulator accepts it", async () => {
    const { bytes, link } = await startEmulatedStore();
    const signed = await signByEsdk(link(token), dialect);
    expect(signed).toContain(dialect === "obs" ? "?AccessKeyId=" : "?AWSAccessKeyId=");
    expect(signed.includes("security-token=")).toBe(token !== "without");
    expect(Buffer.from(await read(signed))).toEqual(bytes);
  });

  it("the emulator refuses it once it has ended, was changed, or is of a wrong secret", async () => {
    let aheadMs = 0;
    const { link } = await startEmulatedStore(() => aheadMs);
    const signed = await signByEsdk(link(token), dialect);
    const wrong = { ...link(token).accessKey, secretAccessKey: "another-secret" };
    const forbidden = { kind: "forbidden", serviceCode: "SignatureDoesNotMatch" };
    await expect(read(signed.replace("2026/a", "2027/a"))).rejects.toMatchObject(forbidden);
    const forged = await signByEsdk(link(token, { accessKey: wrong }), dialect);
    await expect(read(forged)).rejects.toMatchObject(forbidden);
    aheadMs = 62_000;
    await expect(read(signed)).rejects.toMatchObject({ kind: "expired", serviceCode: "AccessDenied" });
  });
});
